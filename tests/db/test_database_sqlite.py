"""Peculiarities of SQLite: one writer at a time, and one file."""

import sqlite3
import threading
import time

import pytest

from computeapi.db import engine
from computeapi.db.database import Database
from computeapi.db.engine import Limits
from computeapi.domain.errors import Unavailable
from computeapi.domain.flavors import Flavor


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def path(url: str) -> str:
    return url.removeprefix("sqlite:///")


@pytest.fixture
def other(path: str) -> sqlite3.Connection:
    """A connection as another process would have one."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def test_settings(url):
    with engine.create(url).connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == ["wal", 2, 1]  # 2 is FULL


def test_a_writer_waits_for_another_process(database, other):
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.2, other.execute, ["COMMIT"])
    begun = time.monotonic()
    timer.start()
    with database.write() as tx:
        tx.flavors.add(Flavor("a", "a", 1, 1, 1))
    assert time.monotonic() - begun >= 0.15
    timer.join()


def test_a_reader_waits_for_nobody(database, other):
    other.execute("BEGIN IMMEDIATE")
    with database.read() as tx:
        assert tx.flavors.get("1") is not None
    other.execute("COMMIT")


def test_a_reader_waits_where_it_must(database, other):
    """Rare in WAL mode: while another process recovers or removes the log."""
    with database.read() as tx:
        assert tx.flavors.get("1") is not None
    database.close()
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("DELETE FROM flavors WHERE id = '1'")

    def end() -> None:
        other.execute("COMMIT")
        other.close()

    timer = threading.Timer(0.2, end)
    timer.start()
    with database.read() as tx:
        assert tx.flavors.get("1") is None
    timer.join()


def test_who_waits_too_long_is_told(url, other):
    database = Database(url, Limits(statement_timeout=0.05))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable), database.write():
        pass
    other.execute("COMMIT")
    with database.write() as tx:
        tx.flavors.add(Flavor("a", "a", 1, 1, 1))
    database.close()


def test_a_missing_table_is_no_unavailable_database(tmp_path):
    """It is a mistake of the installation, and must be told as one."""
    (tmp_path / "empty.sqlite").touch()
    database = Database(f"sqlite:///{tmp_path}/empty.sqlite")
    with database.read() as tx, pytest.raises(Exception, match="no such table"):
        tx.flavors.get("1")
    database.close()
