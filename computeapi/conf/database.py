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
    cfg.IntOpt("pool_size", default=5, min=1, help="Connections kept by a process."),
    cfg.IntOpt("max_overflow", default=50, min=0, help="Connections beyond the pool under load."),
]
