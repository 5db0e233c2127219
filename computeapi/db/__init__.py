"""Keeps domain objects in a relational database."""

from weakref import WeakValueDictionary

from oslo_config import cfg

from computeapi.conf.database import DEFAULT_POOL, SHARED
from computeapi.db.database import Database, Transaction
from computeapi.db.engine import Limits

_IN_USE: WeakValueDictionary[tuple[str, Limits], Database] = WeakValueDictionary()

__all__ = ["Database", "Transaction", "connect", "sync"]


def connect(conf: cfg.ConfigOpts) -> Database:
    """Return the database that the options of group ``database`` name.

    Nothing is opened before it is used. Front ends that one process serves share the connections.
    """
    options = conf.database
    limits = Limits(
        options.pool_size or max(1, min(DEFAULT_POOL, SHARED // conf.api.processes)),
        options.max_overflow,
        options.pool_timeout,
        options.connect_timeout,
        options.statement_timeout,
    )
    key = (options.connection, limits)
    database = _IN_USE.get(key)
    if database is None:
        database = _IN_USE[key] = Database(options.connection, limits)
    return database


def sync(conf: cfg.ConfigOpts) -> None:
    """Bring the database's tables to the newest version; nothing happens when they are.

    :raises sqlalchemy.exc.SQLAlchemyError: when the database refuses.
    """
    # Imported here: its import takes long, and most callers only connect.
    from computeapi.db.migration import upgrade  # noqa: PLC0415

    upgrade(conf.database.connection)
