"""Keeps domain objects in a relational database."""

from weakref import WeakValueDictionary

from oslo_config import cfg

from computeapi.conf.database import DEFAULT_POOL, SHARED
from computeapi.db.database import Database, Transaction
from computeapi.db.engine import Limits
from computeapi.domain.notifications import Settings, StateChanges

_IN_USE: WeakValueDictionary[tuple[str, Limits, Settings | None], Database] = WeakValueDictionary()

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
    notified = _notified(conf)
    key = (options.connection, limits, notified)
    database = _IN_USE.get(key)
    if database is None:
        database = _IN_USE[key] = Database(options.connection, limits, notified)
    return database


def _notified(conf: cfg.ConfigOpts) -> Settings | None:
    """Return how changes make notifications; None where they make none."""
    options = conf.notifications
    if not options.enabled:
        return None
    state_changes = StateChanges(options.notify_on_state_change)
    return Settings(conf.host, conf.images.endpoint or "", state_changes)


def sync(conf: cfg.ConfigOpts) -> None:
    """Bring the database's tables to the newest version; nothing happens when they are.

    :raises sqlalchemy.exc.SQLAlchemyError: when the database refuses.
    """
    # Imported here: its import takes long, and most callers only connect.
    from computeapi.db.migration import upgrade  # noqa: PLC0415

    upgrade(conf.database.connection)
