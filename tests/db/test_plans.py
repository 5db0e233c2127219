"""Pages and counts are read off an index, so that they cost the same whatever there is.

The statements are those that were really run, caught on their way and explained.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import pytest
import sqlalchemy as sa

from computeapi.db import engine, tables
from computeapi.db.database import Database
from computeapi.db.prepared import Prepared
from computeapi.domain.claims import Claim
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, ServerFilters

ROWS = 4000


@pytest.fixture(scope="module")
def caught() -> Iterator[list[tuple[str, object]]]:
    """The statements run, and their parameters."""
    statements = []

    def catch(_connection, _cursor, statement, parameters, _context, _many) -> None:
        statements.append((statement, parameters))

    run = Prepared.objects

    def catch_prepared(prepared, dialect, raw, parameters):
        statements.append(prepared.text(dialect, parameters))
        return run(prepared, dialect, raw, parameters)

    sa.event.listen(sa.Engine, "before_cursor_execute", catch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Prepared, "objects", catch_prepared)
        yield statements
    sa.event.remove(sa.Engine, "before_cursor_execute", catch)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with many servers and operations, which stay nearly as they are."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("plans") / "filled.sqlite"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgresql")
        url = server.url(server.create(request.getfixturevalue("migrated_name")))
    make_server = request.getfixturevalue("server_maker")()
    make_operation = request.getfixturevalue("operation_maker")
    servers = [
        make_server(project_id=f"p{n % 20}", deleted=n % 3 == 0, host=f"h{n % 50}")
        for n in range(ROWS)
    ]
    operations = [asdict(make_operation(s.id, host=s.host)) for s in servers]
    for n, row in enumerate(operations):
        row["state"] = "done" if n % 20 else "queued"
        del row["id"]
    with engine.create(url).connect() as connection:
        connection.exec_driver_sql("BEGIN")
        rows = [asdict(s) | {"changed_at": s.created_at} for s in servers]
        connection.execute(sa.insert(tables.servers), rows)
        connection.execute(sa.insert(tables.operations), operations)
        claims = [asdict(Claim.of(s.id, s.host, s.usage)) for s in servers if not s.deleted]
        connection.execute(sa.insert(tables.claims), claims)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM ANALYZE" if request.param == "postgresql" else "VACUUM")
    return url


@pytest.fixture
def filled(caught, url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def plan(url: str, statement: str, parameters: object) -> list[str]:
    """Return the steps of a statement's plan, most of them with an index."""
    with engine.create(url).connect() as connection:
        if url.startswith("sqlite"):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return [row[3] for row in rows]
        text = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        return list(steps(text.scalar_one()[0]["Plan"]))


def steps(node: dict) -> Iterator[str]:
    yield f"{node['Node Type']} {node.get('Index Name', '')} {node.get('Index Cond', '')}"
    for child in node.get("Plans", ()):
        yield from steps(child)


def assert_indexed(found: list[str], *indexes: str) -> None:
    text = json.dumps(found)
    assert any(index in text for index in indexes), text
    for slow in ("TEMP B-TREE", "Sort", "Seq Scan", 'SCAN servers"', 'SCAN operations"', "Bitmap"):
        assert slow not in text, text


PAGES = [
    (ServerFilters("p1"), "ix_servers_project_live"),
    (ServerFilters("p1", deleted=True), "ix_servers_project_live"),
    (ServerFilters("p1", deleted=None), "ix_servers_project"),
    (ServerFilters(ALL_PROJECTS), "ix_servers_live"),
    (ServerFilters(ALL_PROJECTS, deleted=True), "ix_servers_live"),
    (ServerFilters(ALL_PROJECTS, deleted=None), "ix_servers_all"),
]
#: Where PostgreSQL's statistics say that most rows pass anyway, it may pass over some.
ALSO = {"ix_servers_project_live": "ix_servers_project", "ix_servers_live": "ix_servers_all"}


@pytest.mark.parametrize("sort", [(), (("created_at", "desc"),), (("created_at", "asc"),)])
@pytest.mark.parametrize(("filters", "index"), PAGES)
def test_a_page_is_read_off_an_index(filled, caught, url, filters, index, sort):
    with filled.read() as tx:
        first = tx.servers.list(filters, PageRequest(20, sort=sort))
        caught.clear()
        marker = first.items[-1].id
        second = tx.servers.list(filters, PageRequest(20, marker, sort))
        lookup, page = caught
    assert len(second.items) == 20
    assert not {s.id for s in first.items} & {s.id for s in second.items}
    found = plan(url, *page)
    assert_indexed(found, index, ALSO.get(index, index))
    # The marker is part of the range that is looked up, not a condition on each row of it.
    assert "created_at" in json.dumps(found)
    assert_indexed(plan(url, *lookup), "servers")


@pytest.mark.parametrize(("filters", "index"), PAGES)
def test_the_first_page_is_read_off_an_index(filled, caught, url, filters, index):
    with filled.read() as tx:
        caught.clear()
        tx.servers.list(filters, PageRequest(20))
    (page,) = caught
    assert_indexed(plan(url, *page), index, ALSO.get(index, index))


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_keeps_the_plan_of_a_page(filled, url):
    # psycopg prepares a statement after five times, and PostgreSQL plans it five times more.
    with filled.read() as tx:
        for _ in range(15):
            tx.servers.list(ServerFilters(ALL_PROJECTS), PageRequest(20))
        found = tx._session.execute(
            sa.text("SELECT statement, generic_plans FROM pg_prepared_statements")
        ).all()
    [kept] = [kept for statement, kept in found if "ORDER BY" in statement]
    assert kept >= 3


def test_a_list_by_marker_costs_two_statements_and_one_without(filled, caught):
    with filled.read() as tx:
        caught.clear()
        page = tx.servers.list(ServerFilters("p1"), PageRequest(5))
        assert len(caught) == 1
        tx.servers.list(ServerFilters("p1"), PageRequest(5, page.items[-1].id))
        assert len(caught) == 3


def test_what_changed_lately_is_found_by_an_index(filled, caught, url):
    with filled.read() as tx:
        last = tx.servers.list(ServerFilters(ALL_PROJECTS), PageRequest(1)).items[0].created_at
        for project in ("p1", ALL_PROJECTS):
            caught.clear()
            lately = ServerFilters(project, None, changes_since=last - timedelta(seconds=60))
            assert tx.servers.list(lately, PageRequest(20)).items
            text = json.dumps(plan(url, *caught[0]))
            assert "ix_servers_" in text
            assert "Seq Scan" not in text
            assert 'SCAN servers"' not in text


def test_counts_read_nothing_but_an_index(filled, caught, url):
    with filled.read() as tx:
        caught.clear()
        tx.servers.usage("p1")
        tx.hosts.usage_of("h1")
        tx.servers.on_host("h1")
    project, host, on_host = (json.dumps(plan(url, *s)) for s in list(caught))
    for text, index in (
        (project, "ix_servers_project_usage"),
        (host, "ix_claims_host"),
    ):
        assert index in text
        assert "COVERING INDEX" in text or "Index Only Scan" in text
    assert "SCAN claims" not in host
    assert "ix_servers_host" in on_host


def test_a_claim_reads_its_index_up_to_the_first_that_may_run(filled, caught, url):
    with filled.write() as tx:
        caught.clear()
        assert tx.operations.claim("h0", "me", 30) is not None
    queued = next(c for c in list(caught) if c[0].startswith("SELECT operations"))
    assert_indexed(plan(url, *queued), "ix_operations_host")
    assert "ix_operations_server" in json.dumps(plan(url, *queued))
