"""The driver without a hypervisor."""

from oslo_config import cfg

GROUP = "fake"
OPTS = [
    cfg.FloatOpt("delay", default=0.0, min=0, help="Seconds that each step of an operation takes."),
    cfg.ListOpt("fail", default=[], help="Methods of the driver that fail, e.g. spawn,power_on."),
    cfg.ListOpt(
        "unreachable",
        default=[],
        help="Methods of the driver that fail as if the hypervisor did not answer.",
    ),
    cfg.ListOpt(
        "hang",
        default=[],
        help="Methods of the driver that hang for as long as the guest is on, e.g. snapshot,pause.",
    ),
    cfg.IntOpt("vcpus", default=64, min=1, help="Number of CPUs of the host."),
    cfg.IntOpt("memory_mb", default=262144, min=1, help="MiB of memory of the host."),
    cfg.IntOpt("disk_gb", default=4096, min=1, help="GiB of disk of the host."),
]
