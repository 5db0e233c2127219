"""The volume service."""

from oslo_config import cfg

from computeapi.conf.credentials import credentials

GROUP = "volumes"
OPTS = [
    cfg.StrOpt(
        "backend", default="none", choices=["none", "cinder"], help="Kind of volume service."
    ),
    cfg.URIOpt(
        "endpoint",
        schemes=["http", "https"],
        help="URL of the Block Storage API v3, up to /v3 and without the id of a project.",
    ),
    cfg.FloatOpt("timeout", default=10.0, min=0.1, help="Seconds to wait for the volume service."),
    cfg.FloatOpt(
        "creation_timeout",
        default=180.0,
        min=1.0,
        help="Seconds to wait for a volume that is made for a new server.",
    ),
    cfg.ListOpt(
        "nfs_mounts",
        default=[],
        help="Where NFS exports are mounted on this host: HOST:/EXPORT=/FOLDER, with commas "
        "between them. An export of this host itself is opened in place.",
    ),
    *credentials(),
]
