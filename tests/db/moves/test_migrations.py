"""The records of moves, on each kind of database."""

from computeapi.domain.migrations import MigrationFilters
from computeapi.domain.operations import OperationState
from tests.db.moves.accepting import CALLER


def records(database, **filters):
    with database.read() as tx:
        return tx.migrations.list(MigrationFilters(**filters), 10).items


def test_a_record_follows_its_operation(database, migrating, server, add_host):
    add_host("h2")
    migrating.migrate(CALLER, server.id)
    (record,) = records(database)
    assert (record.type, record.status) == ("migration", "pre-migrating")
    assert (record.source_host, record.target_host) == ("h1", "h2")
    assert (record.user_id, record.project_id) == ("user", "project")
    with database.write() as tx:
        operation = tx.operations.claim("h2", "worker", 60)
        assert operation.migration_uuid == record.uuid
        tx.operations.advance(operation, "pack", "h1")
    (record,) = records(database)
    assert record.status == "migrating"
    assert record.updated_at is not None
    with database.write() as tx:
        operation = tx.operations.claim("h1", "worker", 60)
        tx.operations.finish(operation, OperationState.FAILED, "for the test")
    assert [r.status for r in records(database)] == ["error"]


def test_a_change_that_is_not_kept_leaves_the_record_as_it_is(
    database, migrating, server, add_host
):
    add_host("h2")
    migrating.migrate(CALLER, server.id)
    try:
        with database.write() as tx:
            operation = tx.operations.claim("h2", "worker", 60)
            tx.operations.advance(operation, "pack", "h1")
            raise KeyError
    except KeyError:
        assert [r.status for r in records(database)] == ["pre-migrating"]


def test_the_move_of_a_server_that_is_deleted_ends(database, migrating, server, add_host):
    add_host("h2")
    migrating.migrate(CALLER, server.id)
    with database.write() as tx:
        tx.operations.cancel(server.id, "for the test")
    assert [r.status for r in records(database)] == ["error"]


def test_a_move_that_waits_is_confirmed_by_the_delete(database, migrating, server, add_host):
    add_host("h2")
    migrating.migrate(CALLER, server.id)
    with database.write() as tx:
        operation = tx.operations.claim("h2", "worker", 60)
        tx.operations.finish(operation, OperationState.DONE)
    assert [r.status for r in records(database)] == ["finished"]
    with database.write() as tx:
        row = tx.servers.get(server.id, lock=True)
        row.mark_deleted(tx.now())
        tx.servers.save(row)
    assert [r.status for r in records(database)] == ["confirmed"]


def test_pages_and_filters(database, migrating, make_server, server, add_host):
    add_host("h2")
    others = [make_server(host="h1") for _ in range(2)]
    with database.write() as tx:
        for other in others:
            tx.servers.add(other)
    ids = [server.id, *(other.id for other in others)]
    for server_id in ids:
        migrating.migrate(CALLER, server_id)
    with database.read() as tx:
        first = tx.migrations.list(MigrationFilters(), 2)
        rest = tx.migrations.list(MigrationFilters(), 2, first.items[-1].uuid)
        oldest = tx.migrations.list(MigrationFilters(), 1, newest_first=False)
    assert [m.server_id for m in (*first.items, *rest.items)] == ids[::-1]
    assert (first.more, rest.more) == (True, False)
    assert [m.server_id for m in oldest.items] == ids[:1]
    moment = first.items[0].updated_at
    for filters, count in (
        ({"hosts": ("h2",)}, 3),
        ({"hosts": ("h1", "h9")}, 3),
        ({"hosts": ("h9",)}, 0),
        ({"source_hosts": ("h2",)}, 0),
        ({"server_ids": (ids[0], "other")}, 1),
        ({"statuses": ("pre-migrating",)}, 3),
        ({"types": ("resize",)}, 0),
        ({"user_id": "user", "project_id": "project"}, 3),
        ({"project_id": "other"}, 0),
        ({"changed_since": moment}, 1),
        ({"changed_before": moment}, 3),
    ):
        assert len(records(database, **filters)) == count, filters
