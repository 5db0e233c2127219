"""The REST API."""

from oslo_config import cfg

GROUP = "api"
OPTS = [
    cfg.StrOpt(
        "paste_config",
        default="api-paste.ini",
        help="The paste.deploy file, absolute or beside the first configuration file.",
    ),
    cfg.HostAddressOpt("listen", default="127.0.0.1", help="Address to listen on."),
    cfg.PortOpt("port", default=8774, help="Port to listen on."),
    cfg.IntOpt("processes", default=1, min=1, help="API processes that share the socket."),
    cfg.IntOpt("max_limit", default=1000, min=1, help="The most items of one page of a list."),
    cfg.URIOpt(
        "compute_link_prefix",
        schemes=["http", "https"],
        help="Scheme, host and path to put into links, where a proxy hides the real ones.",
    ),
    cfg.IntOpt(
        "password_length", default=12, min=8, help="Length of the administrator passwords made."
    ),
    cfg.IntOpt(
        "host_down_after",
        default=60,
        min=5,
        help="Seconds without a sign of life after which a host counts as down.",
    ),
    cfg.BoolOpt(
        "allow_resize_to_same_host",
        default=True,
        help="Whether a resize may leave a server on its host; it does so where there is room.",
    ),
    cfg.FloatOpt("cpu_allocation_ratio", default=4.0, help="Virtual CPUs a host's CPU carries."),
    cfg.FloatOpt("ram_allocation_ratio", default=1.0, help="How often memory is promised."),
    cfg.FloatOpt("disk_allocation_ratio", default=1.0, help="How often disk is promised."),
]
