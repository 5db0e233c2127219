"""Messages between API and workers: wake-ups and questions."""

from oslo_config import cfg

GROUP = "messaging"
OPTS = [
    cfg.StrOpt(
        "transport_url",
        default="unix://$state_path/messaging",
        secret=True,
        help="unix://FOLDER for one machine, or oslo.messaging's rabbit://USER:PASSWORD@HOST:PORT/.",
    ),
    cfg.FloatOpt(
        "call_timeout",
        default=20.0,
        min=0.1,
        help="Seconds that the API waits for the answer of a worker.",
    ),
]
