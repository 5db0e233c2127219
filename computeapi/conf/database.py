"""Where rows are kept."""

from oslo_config import cfg

GROUP = "database"
OPTS = [
    cfg.StrOpt(
        "connection",
        default="sqlite:///$state_path/computeapi.sqlite",
        secret=True,
        help="SQLAlchemy URL: sqlite:///FILE, postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
    ),
    cfg.IntOpt(
        "pool_size",
        default=32,
        min=1,
        help="Connections a process keeps open once it needed them. Beyond these a request opens "
        "one and closes it, which on PostgreSQL costs many times what its statement does.",
    ),
    cfg.IntOpt("max_overflow", default=32, min=0, help="Connections beyond the pool under load."),
]
