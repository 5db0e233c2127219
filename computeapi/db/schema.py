"""Compares the version of the database's tables with that of this program."""

import logging
import re
from importlib import resources

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, ProgrammingError

from computeapi.db import engine

LOG = logging.getLogger(__name__)
_VERSION = sa.text("SELECT version_num FROM alembic_version")
_SYNC = "run computeapi-manage --config-file FILE db sync"


class OutdatedTables(ValueError):
    """The database lacks tables, or columns, that this program needs."""


def check(connection: str) -> None:
    """Raise an error unless the tables have this program's version or a later one.

    Alembic is not asked: its import takes longer than all the rest of a start.

    :param connection: a SQLAlchemy URL.
    :raises OutdatedTables: when they have none or an earlier one.
    :raises ValueError: when the URL is none, or of an unknown kind of database.
    """
    known = _versions()
    try:
        version = _version(connection)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ValueError(f"[database] connection cannot be used: {error}") from error
    except OperationalError as error:
        LOG.warning("The database does not answer: %s", str(error).splitlines()[0])
        return
    if version is None:
        raise OutdatedTables(f"The database has no tables: {_SYNC}.")
    if version in known[:-1]:
        raise OutdatedTables(
            f"The database's tables are of version {version}, and {known[-1]} is needed: {_SYNC}."
        )


def _version(connection: str) -> str | None:
    probe = engine.create(connection)
    try:
        with probe.connect() as opened:
            version: str | None = opened.execute(_VERSION).scalar()
            return version
    except (OperationalError, ProgrammingError) as error:
        if _is_without_tables(error, probe.dialect.name):
            return None
        raise
    finally:
        probe.dispose()


def _is_without_tables(error: sa.exc.DBAPIError, dialect: str) -> bool:
    """Return whether a statement failed because the table, or SQLite's file, is not there."""
    if dialect == "sqlite":
        return bool(re.search("no such table|unable to open database file", str(error.orig)))
    # PostgreSQL's error code is undefined_table, MariaDB's number is ER_NO_SUCH_TABLE.
    code = getattr(error.orig, "sqlstate", None) or str(getattr(error.orig, "args", [""])[0])
    return code in ("42P01", "1146")


def _versions() -> list[str]:
    """Return the versions of the migrations, oldest first: their files begin with them."""
    folder = resources.files("computeapi.db.alembic") / "versions"
    return sorted(f.name.split("_")[0] for f in folder.iterdir() if re.match(r"\d+_", f.name))
