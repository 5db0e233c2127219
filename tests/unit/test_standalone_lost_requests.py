"""Requests that a Cinder had accepted, and no service of it had begun, when it died."""

import sqlite3
from contextlib import closing

import pytest

from computeapi.standalone.parts.volume import lost_requests

#: What matters here of Cinder's tables.
TABLES = """
CREATE TABLE services (id INTEGER PRIMARY KEY, binary TEXT, deleted BOOLEAN);
CREATE TABLE volumes (id TEXT PRIMARY KEY, status TEXT, deleted BOOLEAN);
CREATE TABLE snapshots (id TEXT PRIMARY KEY, status TEXT, deleted BOOLEAN);
CREATE TABLE workers (
    created_at DATETIME, updated_at DATETIME, deleted BOOLEAN, id INTEGER PRIMARY KEY,
    resource_type TEXT NOT NULL, resource_id TEXT NOT NULL, status TEXT NOT NULL,
    service_id INTEGER, race_preventer INTEGER NOT NULL, UNIQUE (resource_type, resource_id)
);
INSERT INTO services VALUES (1, 'cinder-scheduler', 0), (2, 'cinder-volume', 0);
INSERT INTO workers VALUES (NULL, NULL, 0, 1, 'SENTINEL', 'SUB-SECOND', 'OK', NULL, 0);
"""


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "cinder.sqlite"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(TABLES)
    return file


def run(file, statement, *values):
    with closing(sqlite3.connect(file)) as database, database:
        return database.execute(statement, values).fetchall()


def given(file):
    """Return the requests that services take up: the service, the thing and its state."""
    query = "SELECT service_id, resource_type, resource_id, status FROM workers WHERE service_id"
    return run(file, query)


@pytest.mark.parametrize("state", ["creating", "deleting"])
@pytest.mark.parametrize("is_noted", [False, True])
def test_a_request_that_no_service_has_begun_is_given_to_the_volume_service(file, state, is_noted):
    run(file, "INSERT INTO volumes VALUES ('v', ?, 0), ('other', 'available', 0)", state)
    if is_noted:
        values = "(NULL, NULL, 0, 2, 'Volume', 'v', ?, NULL, 0)"
        run(file, f"INSERT INTO workers VALUES {values}", state)
    for _ in range(2):
        lost_requests.take_up(file)
        assert given(file) == [(2, "Volume", "v", state)]


def test_a_request_that_a_service_has_begun_stays_with_it(file):
    run(file, "INSERT INTO volumes VALUES ('v', 'creating', 0), ('gone', 'deleting', 1)")
    run(file, "INSERT INTO workers VALUES (NULL, NULL, 0, 2, 'Volume', 'v', 'creating', 1, 0)")
    lost_requests.take_up(file)
    assert given(file) == [(1, "Volume", "v", "creating")]


def test_snapshots_are_no_longer_on_their_way(file):
    run(file, "INSERT INTO snapshots VALUES ('s', 'creating', 0), ('t', 'deleting', 0)")
    lost_requests.take_up(file)
    assert given(file) == [(2, "Snapshot", "s", "creating")]
    assert run(file, "SELECT status FROM snapshots WHERE id = 't'") == [("error_deleting",)]


def test_a_new_database_has_no_services_yet(file):
    run(file, "DELETE FROM services")
    lost_requests.take_up(file)
    assert given(file) == []
