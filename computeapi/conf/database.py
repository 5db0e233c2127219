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
        help=f"Highest number of connections that a process keeps open: {DEFAULT_POOL}, or "
        f"{SHARED} divided by [api] processes when that is less.",
    ),
    cfg.IntOpt(
        "max_overflow",
        default=0,
        min=0,
        help="Highest number of connections of a process beyond the pool. Each is closed after its "
        "use; opening one on PostgreSQL takes many times as long as a statement.",
    ),
    cfg.FloatOpt(
        "pool_timeout",
        default=10.0,
        min=0.1,
        help="Seconds that a request waits for a free connection of its process before the "
        "answer is 503.",
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
        help="Seconds that a statement may take, including the time that it waits for locks. A "
        "request whose statement takes longer, or gets no answer, is answered with 503.",
    ),
]
