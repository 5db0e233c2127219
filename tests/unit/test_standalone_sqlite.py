"""The SQLite files of Keystone and Glance, shared by threads."""

import configparser
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from oslo_db.sqlalchemy import enginefacade
from sqlalchemy import text

from computeapi.standalone import sqlite


class Context:
    """Holds the transaction of a thread for oslo.db."""


@pytest.fixture
def facade(tmp_path):
    path = tmp_path / "service.sqlite"
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read_string(sqlite.database_section(path))
    made = enginefacade.transaction_context()
    made.configure(**parsed["database"])
    sqlite3.connect(path).execute("CREATE TABLE numbers (number INTEGER)")
    connection = sqlite.share(made, path)
    yield made
    connection.close()


def count(session):
    return session.execute(text("SELECT count(*) FROM numbers")).scalar()


def add(facade):
    with facade.writer.using(Context()) as session:
        found = count(session)
        session.execute(text("INSERT INTO numbers VALUES (:number)"), {"number": found})


def test_transactions_that_read_and_then_write_wait_for_each_other(facade):
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(add, facade) for _ in range(80)]:
            done.result()
    with facade.reader.using(Context()) as session:
        found = session.execute(text("SELECT number FROM numbers ORDER BY number")).scalars().all()
    assert found == list(range(80))


def test_reading_does_not_wait_for_a_writer(facade):
    with facade.writer.using(Context()) as writing:
        writing.execute(text("INSERT INTO numbers VALUES (1)"))
        with facade.reader.using(Context()) as reading:
            assert count(reading) == 0
