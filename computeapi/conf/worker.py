"""The worker of a host."""

from oslo_config import cfg

GROUP = "worker"
OPTS = [
    cfg.StrOpt("driver", default="libvirt", choices=["libvirt", "fake"], help="Hypervisor driver."),
    cfg.IntOpt("threads", default=4, min=1, help="Operations carried out at the same time."),
    cfg.FloatOpt("lease", default=30.0, min=1, help="Seconds an operation is leased for."),
    cfg.FloatOpt("poll_interval", default=5.0, min=0.05, help="Seconds between looks for work."),
    cfg.FloatOpt(
        "heartbeat_interval", default=10.0, min=0.1, help="Seconds between signs of life."
    ),
    cfg.FloatOpt(
        "reconcile_interval", default=60.0, min=0.1, help="Seconds between reconcile passes."
    ),
    cfg.IntOpt(
        "max_attempts",
        default=3,
        min=1,
        help="How many workers in a row may die over an operation before it is given up; a delete "
        "never is.",
    ),
    cfg.FloatOpt(
        "retry_timeout",
        default=600.0,
        min=0,
        help="Seconds for which an operation is tried again while the hypervisor or the image "
        "service does not answer; a delete is tried again for as long as it takes.",
    ),
    cfg.FloatOpt("shutdown_timeout", default=60.0, min=0, help="Seconds a guest has to shut down."),
    cfg.FloatOpt(
        "resize_confirm_window",
        default=0.0,
        min=0,
        help="Seconds after which a resize is confirmed by itself; 0 waits for the caller.",
    ),
    cfg.FloatOpt("operation_timeout", default=600.0, min=1, help="Seconds an operation may take."),
]
