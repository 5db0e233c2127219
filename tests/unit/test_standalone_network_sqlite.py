"""Neutron's SQLite file, shared by its threads: in a process of its own, as all engines change."""

import subprocess
import sys

import pytest

HEAD = """
import sqlite3, sys
from concurrent.futures import ThreadPoolExecutor
from computeapi.standalone.parts.network import sqlite_threads
from oslo_db.sqlalchemy import enginefacade
from sqlalchemy import text
path = sys.argv[1]
sqlite3.connect(path).execute("CREATE TABLE numbers (number INTEGER)")
facade = enginefacade.transaction_context()
facade.configure(connection=f"sqlite:///{path}")
class Context: pass
def count(session):
    return session.execute(text("SELECT count(*) FROM numbers")).scalar()
def insert(session):
    session.execute(text("INSERT INTO numbers VALUES (1)"))
def writing():
    return facade.writer.using(Context())
"""
SCRIPTS = {
    # What is read first is no reason for SQLite to refuse a write after another one's.
    "threads that read and then write": (
        """
def add(number):
    with writing() as session:
        count(session)
        insert(session)
with ThreadPoolExecutor(8) as pool:
    list(pool.map(add, range(200)))
""",
        200,
    ),
    "a session in a session": (
        """
with writing() as outer:
    count(outer)
    with writing() as inner:
        insert(inner)
    insert(outer)
""",
        2,
    ),
    "a savepoint and what was written before it are undone together": (
        """
try:
    with writing() as session:
        with session.begin_nested():
            insert(session)
        insert(session)
        raise KeyError
except KeyError:
    pass
""",
        0,
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_transactions_wait_for_each_other(name, tmp_path):
    script, rows = SCRIPTS[name]
    path = tmp_path / "neutron.sqlite"
    end = "with writing() as session:\n    print(count(session))"
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script + end, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(rows)]
