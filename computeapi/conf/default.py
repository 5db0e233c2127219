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
    cfg.StrOpt(
        "default_availability_zone",
        default="nova",
        deprecated_name="availability_zone",
        help="Availability zone of hosts that are in no aggregate with a zone. The API reads it; "
        "workers do not.",
    ),
    cfg.IntOpt(
        "reclaim_instance_interval",
        default=0,
        help="Seconds for which a deleted server can be restored; 0 deletes servers at once. The "
        "API and the workers read this option.",
    ),
    cfg.StrOpt(
        "my_ip",
        sample_default="<the address of the default route>",
        help="Address by which other hosts reach this one, as the hypervisor's host_ip shows it.",
    ),
]
