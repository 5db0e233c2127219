"""The options that every process of an installation shares."""

import socket

from oslo_config import cfg

GROUP = None
OPTS = [
    cfg.StrOpt(
        "state_path", default="/var/lib/computeapi", help="Folder of everything kept on disk."
    ),
    cfg.HostAddressOpt(
        "host",
        default=socket.gethostname(),
        sample_default="<your_hostname>",
        help="Name of this host; its worker carries out the operations of servers that live here.",
    ),
    cfg.StrOpt("availability_zone", default="nova", help="Availability zone of this host."),
]
