"""Messages between API and workers: wake-ups and questions."""

from oslo_config import cfg

GROUP = "messaging"
OPTS = [
    cfg.StrOpt(
        "transport_url",
        default="unix://$state_path/messaging",
        secret=True,
        help="URL of the messaging: unix://FOLDER on one machine, or "
        "rabbit://USER:PASSWORD@HOST:PORT/ for RabbitMQ, through oslo.messaging.",
    ),
    cfg.FloatOpt(
        "call_timeout",
        default=20.0,
        min=0.1,
        help="Seconds that the API waits for the answer of a worker.",
    ),
]
