"""The options that every process of an installation shares."""

import socket

from oslo_config import cfg

GROUP = None
OPTS = [
    cfg.StrOpt(
        "state_path",
        default="/var/lib/computeapi",
        help="Folder of all files that the service keeps.",
    ),
    cfg.HostAddressOpt(
        "host",
        default=socket.gethostname(),
        sample_default="<your_hostname>",
        help="Name of this host. Its worker carries out the operations of the servers on it.",
    ),
    cfg.StrOpt("availability_zone", default="nova", help="Availability zone of this host."),
]
