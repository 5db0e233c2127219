"""The worker of a host."""

from oslo_config import cfg

GROUP = "worker"
OPTS = [
    cfg.StrOpt("driver", default="libvirt", choices=["libvirt", "fake"], help="Hypervisor driver."),
    cfg.IntOpt(
        "threads",
        default=4,
        min=1,
        help="Number of operations that the worker carries out at the same time.",
    ),
    cfg.FloatOpt(
        "lease",
        default=30.0,
        min=1,
        help="Seconds of the lease of an operation. A worker renews it while it works; when the "
        "worker dies, the operation can be taken over after this time.",
    ),
    cfg.FloatOpt(
        "poll_interval",
        default=5.0,
        min=0.05,
        help="Seconds between two checks for operations of which no message told.",
    ),
    cfg.FloatOpt(
        "heartbeat_interval",
        default=10.0,
        min=0.1,
        help="Seconds between two reports that the host is up.",
    ),
    cfg.FloatOpt(
        "reconcile_interval",
        default=60.0,
        min=0.1,
        help="Seconds between two comparisons of the guests with the database.",
    ),
    cfg.IntOpt(
        "max_attempts",
        default=3,
        min=1,
        help="Number of workers that may die over an operation, one after the other, before the "
        "operation fails. A delete never fails for this reason.",
    ),
    cfg.FloatOpt(
        "retry_timeout",
        default=600.0,
        min=0,
        help="Seconds for which the worker tries an operation again while the hypervisor or the "
        "image service does not answer. The worker tries a delete without a limit of time.",
    ),
    cfg.FloatOpt(
        "shutdown_timeout", default=60.0, min=0, help="Seconds that a guest may take to shut down."
    ),
    cfg.FloatOpt(
        "operation_timeout", default=600.0, min=1, help="Seconds that an operation may take."
    ),
    cfg.FloatOpt(
        "resize_confirm_window",
        default=0.0,
        min=0,
        help="Seconds after which the service confirms a resize itself; 0 waits for the caller.",
    ),
    cfg.FloatOpt(
        "shelved_offload_time",
        default=0.0,
        min=-1,
        help="Seconds after which the service removes a shelved server from its host; 0 removes it "
        "at once, -1 never. The API reads this option, too.",
    ),
]
