"""The image store."""

from oslo_config import cfg

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
    cfg.StrOpt(
        "auth_url", help="URL of Keystone, which gives the worker its token for the image service."
    ),
    cfg.StrOpt("username", default="computeapi", help="User of the service."),
    cfg.StrOpt("password", secret=True, help="Password of the service's user."),
    cfg.StrOpt("project_name", default="service", help="Project of the service's user."),
    cfg.StrOpt("user_domain_name", default="Default", help="Domain of the service's user."),
    cfg.StrOpt("project_domain_name", default="Default", help="Domain of the service's project."),
]
