"""The database."""

from oslo_config import cfg

GROUP = "database"
#: Connections of a process, as long as ``pool_size`` is not set.
DEFAULT_POOL = 15
#: Connections of all processes of one API service, as long as ``pool_size`` is not set.
SHARED = 60
OPTS = [
    cfg.StrOpt(
        "connection",
        default="sqlite:///$state_path/computeapi.sqlite",
        secret=True,
        help="SQLAlchemy URL: sqlite:///FILE, postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
    ),
    cfg.IntOpt(
        "pool_size",
        min=1,
        sample_default=DEFAULT_POOL,
        help=f"Connections that a process keeps open once it needed them: {DEFAULT_POOL}, or "
        f"{SHARED} divided by [api] processes when that is less.",
    ),
    cfg.IntOpt(
        "max_overflow",
        default=0,
        min=0,
        help="Connections of a process beyond the pool while they are needed. Each is opened and "
        "closed again, which on PostgreSQL costs many times what a statement does.",
    ),
    cfg.FloatOpt(
        "pool_timeout",
        default=10.0,
        min=0.1,
        help="Seconds that a request waits for one of its process's connections before it is "
        "answered 503.",
    ),
    cfg.IntOpt(
        "connect_timeout",
        default=5,
        min=2,
        help="Seconds to wait for a new connection to PostgreSQL.",
    ),
    cfg.FloatOpt(
        "statement_timeout",
        default=15.0,
        min=0.1,
        help="Seconds that a statement may take, waiting for locks included. A request whose "
        "statement takes longer is answered 503, also when PostgreSQL says nothing at all.",
    ),
]
