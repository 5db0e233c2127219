"""The REST API."""

from oslo_config import cfg

GROUP = "api"
OPTS = [
    cfg.StrOpt(
        "paste_config",
        default="api-paste.ini",
        help="The PasteDeploy file; a relative path starts at the folder of the first "
        "configuration file.",
    ),
    cfg.HostAddressOpt("listen", default="127.0.0.1", help="Address to listen on."),
    cfg.PortOpt("port", default=8774, help="Port to listen on."),
    cfg.IntOpt(
        "processes", default=1, min=1, help="Number of API processes, which share one socket."
    ),
    cfg.IntOpt(
        "max_limit", default=1000, min=1, help="Highest number of items in one page of a list."
    ),
    cfg.URIOpt(
        "compute_link_prefix",
        schemes=["http", "https"],
        help="Scheme, host and path of the links in answers, for an API behind a proxy.",
    ),
    cfg.IntOpt(
        "password_length", default=12, min=8, help="Length of generated administrator passwords."
    ),
    cfg.BoolOpt(
        "enable_instance_password",
        default=True,
        help="Whether answers to create, rebuild and rescue show the administrator password.",
    ),
    cfg.IntOpt(
        "host_down_after",
        default=60,
        min=5,
        help="Seconds without a heartbeat after which a host counts as down.",
    ),
    cfg.FloatOpt(
        "cpu_allocation_ratio",
        default=4.0,
        help="Number of virtual CPUs that servers may have for each CPU of a host.",
    ),
    cfg.FloatOpt(
        "ram_allocation_ratio",
        default=1.0,
        help="MiB of memory that servers may have for each MiB of a host.",
    ),
    cfg.FloatOpt(
        "disk_allocation_ratio",
        default=1.0,
        help="GiB of disk that servers may have for each GiB of a host.",
    ),
    cfg.BoolOpt(
        "allow_resize_to_same_host",
        default=True,
        help="Whether a resize may leave a server on its host when the host has room.",
    ),
]
