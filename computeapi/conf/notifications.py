"""Notifications about servers."""

from oslo_config import cfg

GROUP = "notifications"
OPTS = [
    cfg.BoolOpt(
        "enabled",
        default=False,
        help="Whether notifications (compute.instance.*) are sent. The API and the workers read "
        "this option. Each notification is a row until a worker has sent it; when this is off, no "
        "row is written.",
    ),
    cfg.StrOpt(
        "transport_url",
        default="",
        secret=True,
        help="URL of the RabbitMQ that gets the notifications, "
        "rabbit://USER:PASSWORD@HOST:PORT/. The default is [messaging] transport_url, where that "
        "is a RabbitMQ; else the worker writes the notifications to its log.",
    ),
    cfg.ListOpt(
        "topics",
        default=["notifications"],
        help="Topics; the queues bear their names with the priority, as notifications.info.",
    ),
    cfg.StrOpt(
        "exchange",
        default="nova",
        help="Exchange of the topics. Ceilometer looks for notifications about servers at nova.",
    ),
    cfg.StrOpt(
        "notify_on_state_change",
        default="vm_and_task_state",
        choices=["none", "vm_state", "vm_and_task_state"],
        help="Changes of a server's state that are told by compute.instance.update.",
    ),
    cfg.StrOpt(
        "usage_audit_period",
        default="none",
        choices=["none", "hour", "day", "month", "year"],
        help="Periods of use: when one is over, compute.instance.exists tells of each server that "
        "was there in it, as Nova does with instance_usage_audit. Each worker tells of the servers "
        "of its host.",
    ),
    cfg.FloatOpt(
        "interval",
        default=1.0,
        min=0.05,
        help="Seconds between two looks of a worker for notifications to send.",
    ),
]
