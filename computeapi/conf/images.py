"""The image store."""

from oslo_config import cfg

from computeapi.conf.credentials import credentials

GROUP = "images"
OPTS = [
    cfg.StrOpt(
        "backend",
        default="glance",
        choices=["glance", "folder"],
        help="Kind of image store: Glance, or a folder of files.",
    ),
    cfg.URIOpt(
        "endpoint", schemes=["http", "https"], help="URL of Glance, without /v2 at its end."
    ),
    cfg.StrOpt(
        "folder",
        default="$state_path/images",
        help="Folder of the images when the backend is folder.",
    ),
    cfg.FloatOpt(
        "timeout", default=10.0, min=0.1, help="Seconds to wait for an answer of the image service."
    ),
    *credentials(),
]
