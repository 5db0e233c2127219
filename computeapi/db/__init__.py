"""Keeps domain objects in a relational database."""

from oslo_config import cfg

from computeapi.db.database import Database, Transaction

__all__ = ["Database", "Transaction", "connect", "sync"]


def connect(conf: cfg.ConfigOpts) -> Database:
    """Return the database that the options of group ``database`` name.

    Nothing is opened before it is used.
    """
    options = conf.database
    return Database(options.connection, options.pool_size, options.pool_size + options.max_overflow)


def sync(conf: cfg.ConfigOpts) -> None:
    """Bring the database's tables to the newest version; nothing happens when they are.

    :raises sqlalchemy.exc.SQLAlchemyError: when the database refuses.
    """
    # Whoever only connects is spared the import of Alembic.
    from computeapi.db.migration import upgrade  # noqa: PLC0415

    upgrade(conf.database.connection)
