"""Remote consoles: the proxy that browsers connect to, and the relay of each worker."""

from oslo_config import cfg

GROUP = "console"
OPTS = [
    cfg.URIOpt(
        "base_url",
        default="http://127.0.0.1:6080",
        schemes=["http", "https"],
        help="URL at which clients reach the console proxy; URLs of consoles begin with it. With"
        " https, a server in front of the proxy ends TLS.",
    ),
    cfg.IntOpt("token_ttl", default=600, min=1, help="Seconds for which a console's URL works."),
    cfg.HostAddressOpt("listen", default="127.0.0.1", help="Address on which the proxy listens."),
    cfg.PortOpt("port", default=6080, help="Port on which the proxy listens."),
    cfg.ListOpt(
        "allowed_origins",
        default=[],
        help="Host names of websites, such as a dashboard, whose pages may open consoles. Pages of"
        " the proxy itself always may.",
    ),
    cfg.StrOpt(
        "novnc_path",
        default="/usr/share/novnc",
        help="Folder of noVNC's files, which the proxy serves.",
    ),
    cfg.HostAddressOpt(
        "relay_listen",
        default="127.0.0.1",
        help="Address on which the worker of this host serves the consoles of its guests to the"
        " proxy. A proxy on another machine must be able to reach it. The traffic is not"
        " encrypted: only trusted networks should reach it.",
    ),
    cfg.PortOpt(
        "relay_port",
        default=0,
        help="Port on which the worker serves consoles to the proxy; with 0 the worker chooses a"
        " free port and keeps it.",
    ),
]
