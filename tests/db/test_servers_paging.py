"""Pages show each server once, in the order asked for."""

import itertools
from dataclasses import fields
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from computeapi.db import engine, tables
from computeapi.domain.errors import MarkerNotFound
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, ServerDetails, ServerFilters

FIELDS = {
    "name": st.sampled_from(["a", "B", "b", "é", "\U0001f600", "a b", ""]),
    "created_at": st.integers(0, 2),
    "updated_at": st.none() | st.integers(0, 2),
    "task_state": st.sampled_from([None, "spawning", "deleting"]),
    "host": st.sampled_from([None, "h1", "h2"]),
    "memory_mb": st.integers(1, 2),
    "config_drive": st.booleans(),
    "deleted": st.booleans(),
    "project_id": st.sampled_from(["p1", "p2"]),
}
SORTS = st.lists(
    st.tuples(st.sampled_from(["id", *FIELDS]), st.sampled_from(["asc", "desc"])), max_size=3
)


def walk(tx, filters, limit, sort=()):
    """Follow the markers from the first page to the last; return all items."""
    found, marker = [], None
    while True:
        page = tx.servers.list(filters, PageRequest(limit, marker, sort))
        found += page.items
        assert len(page.items) == limit or not page.more
        if not page.more:
            return found
        marker = page.items[-1].id


def details(server):
    """Return as much of a server as a list has."""
    names = (field.name for field in fields(ServerDetails))
    return ServerDetails(**{name: getattr(server, name) for name in names})


def rank(server, name):
    value = getattr(server, name)
    return (value is not None, value if value is not None else 0)


def in_order(servers, sort):
    """Sort as the repository promises to: None first, and level ones by id."""
    keys = list(sort) or [("created_at", "desc"), ("id", "desc")]
    keys.append(("id", keys[-1][1]))
    servers = list(servers)
    for name, direction in reversed(keys):
        servers.sort(key=lambda s, name=name: rank(s, name), reverse=direction == "desc")
    return servers


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.fixed_dictionaries(FIELDS), max_size=12),
    sort=SORTS,
    limit=st.integers(1, 5),
    project_id=st.sampled_from([ALL_PROJECTS, None, "p1"]),
    deleted=st.sampled_from([None, False, True]),
)
def test_paging_visits_each_server_once(
    database, url, server_maker, rows, sort, limit, project_id, deleted
):
    make_server = server_maker()
    servers = []
    for row in rows:
        server = make_server(**row)
        for name in ("created_at", "updated_at"):
            if row[name] is not None:
                start = make_server().created_at.replace(hour=0, minute=0, second=0)
                setattr(server, name, start + timedelta(microseconds=row[name]))
        servers.append(server)
    with engine.create(url).connect() as connection:
        connection.execute(sa.delete(tables.servers))
        connection.execute(sa.delete(tables.claims))
    with database.write() as tx:
        for server in servers:
            tx.servers.add(server)
    wanted = [
        server
        for server in in_order(servers, sort)
        if project_id in (ALL_PROJECTS, server.project_id) and deleted in (None, server.deleted)
    ]
    with database.read() as tx:
        found = walk(tx, ServerFilters(project_id, deleted), limit, sort)
    assert [server.id for server in found] == [server.id for server in wanted]
    assert found == [details(server) for server in wanted]


def test_pages_with_filters_show_each_server_once(database, make_server):
    servers = [make_server(memory_mb=n % 3, name=f"web{n}" if n % 2 else "db") for n in range(20)]
    with database.write() as tx:
        for server in servers:
            tx.servers.add(server)
    filters = ServerFilters("project", matches={"name": "^web"}, equals={"memory_mb": [0, 1]})
    wanted = [s.id for s in servers if s.name.startswith("web") and s.memory_mb < 2]
    with database.read() as tx:
        for sort in ((("name", "asc"),), (("task_state", "desc"), ("memory_mb", "asc"))):
            assert sorted(s.id for s in walk(tx, filters, 2, sort)) == wanted


def test_more_tells_whether_the_list_goes_on(database, make_server):
    with database.write() as tx:
        for _ in range(4):
            tx.servers.add(make_server())
    with database.read() as tx:
        every = ServerFilters(ALL_PROJECTS)
        sizes = {n: tx.servers.list(every, PageRequest(n)) for n in (0, 3, 4, 5)}
    assert {n: (len(page.items), page.more) for n, page in sizes.items()} == {
        0: (0, True),
        3: (3, True),
        4: (4, False),
        5: (4, False),
    }


def test_a_marker_that_was_deleted_meanwhile_still_marks(database, make_server):
    servers = [make_server() for _ in range(4)]
    with database.write() as tx:
        for server in servers:
            tx.servers.add(server)
        servers[2].mark_deleted(servers[2].created_at)
        tx.servers.save(servers[2])
    with database.read() as tx:
        page = tx.servers.list(ServerFilters("project"), PageRequest(10, servers[2].id))
    assert [s.id for s in page.items] == [servers[1].id, servers[0].id]


def test_a_marker_must_be_a_server_of_the_project(database, make_server):
    server = make_server(project_id="other")
    with database.write() as tx:
        tx.servers.add(server)
    with database.read() as tx:
        for marker in (server.id, "nonsense", ""):
            with pytest.raises(MarkerNotFound):
                tx.servers.list(ServerFilters("project"), PageRequest(10, marker))
        assert tx.servers.list(ServerFilters(ALL_PROJECTS), PageRequest(10, server.id)).items == []


def test_what_is_added_meanwhile_moves_nothing(database, make_server):
    servers = [make_server() for _ in range(6)]
    with database.write() as tx:
        for server in servers:
            tx.servers.add(server)
    seen, marker = [], None
    for _ in itertools.count():
        with database.write() as tx:
            page = tx.servers.list(ServerFilters(ALL_PROJECTS), PageRequest(2, marker))
            tx.servers.add(make_server())
        seen += [server.id for server in page.items]
        if not page.more:
            break
        marker = seen[-1]
    assert seen == [server.id for server in reversed(servers)]


@pytest.mark.parametrize(
    "sort", [[("colour", "asc")], [("metadata", "asc")], [("fault", "asc")], [("name", "up")]]
)
def test_an_unknown_sort_key_is_a_mistake(database, sort):
    with database.read() as tx, pytest.raises(ValueError, match="Cannot sort"):
        tx.servers.list(ServerFilters(ALL_PROJECTS), PageRequest(1, sort=sort))
