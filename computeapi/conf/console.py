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
    cfg.HostAddressOpt("listen", default="127.0.0.1", help="Address the proxy listens on."),
    cfg.PortOpt("port", default=6080, help="Port the proxy listens on."),
    cfg.ListOpt(
        "allowed_origins",
        default=[],
        help="Names of the hosts whose pages may open consoles, beside the proxy's own: for"
        " instance a dashboard's.",
    ),
    cfg.StrOpt(
        "novnc_path",
        default="/usr/share/novnc",
        help="Folder of noVNC's files, which the proxy serves.",
    ),
    cfg.HostAddressOpt(
        "relay_listen",
        default="127.0.0.1",
        help="Address of this host on which its worker lets the proxy reach guests' consoles. A"
        " proxy on another machine needs an address that it can reach; keep it off networks of"
        " others, as the screens are not encrypted.",
    ),
    cfg.PortOpt(
        "relay_port",
        default=0,
        help="Port for the same; 0 takes a free one, which the worker keeps.",
    ),
]
