"""The acceptance of evacuations, on each kind of database, and with many requests at once."""

import threading
from dataclasses import replace

import pytest

from computeapi.domain.errors import Conflict, Invalid, NotFound
from computeapi.domain.migrations import MigrationFilters
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import actions
from computeapi.domain.servers.evacuating import Evacuation
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.deletion import Deletion
from tests.db.moves.accepting import CALLER, Anything, kept


def records(database):
    with database.read() as tx:
        return tx.migrations.list(MigrationFilters(), 10).items


def finish(database, server):
    """Carry an evacuation out, as the worker of h2 does."""
    with database.write() as tx:
        operation = tx.operations.claim("h2", "worker", 60)
        tx.operations.finish(operation, OperationState.DONE)
        row = tx.servers.get(server.id, lock=True)
        row.host = "h2"
        row.end_move()
        row.task_state = None
        tx.claims.keep(row.id, row.claims)
        tx.servers.save(row)


def test_a_server_goes_to_another_host(database, evacuating, server, add_host, woken):
    add_host("h1", silent_for=99)
    add_host("h2")
    password = evacuating.evacuate(CALLER, server.id, Evacuation())
    row, claims, (operation,) = kept(database, server.id)
    assert (row.task_state, row.host, row.admin_password) == ("rebuilding", "h1", password)
    assert claims == {"h1": server.usage, "h2": server.usage}
    assert (operation.action, operation.host, woken.hosts) == ("evacuate", "h2", ["h2"])
    (record,) = records(database)
    assert (record.type, record.status) == ("evacuation", "pre-migrating")
    assert (record.source_host, record.target_host) == ("h1", "h2")


def test_a_host_that_is_up_keeps_its_servers(database, evacuating, server, add_host):
    add_host("h2")
    with pytest.raises(Invalid, match="still in use"):
        evacuating.evacuate(CALLER, server.id, Evacuation())
    assert kept(database, server.id)[0] == server


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Evacuation("h1"), Invalid),
        (Evacuation("h9"), NotFound),
        (Evacuation(is_forced=True), Invalid),
        (Evacuation(on_shared_storage=True, admin_password="secret"), Invalid),
    ],
)
def test_a_request_that_makes_no_sense(database, evacuating, server, add_host, wanted, error):
    add_host("h1", silent_for=99)
    with pytest.raises(error):
        evacuating.evacuate(CALLER, server.id, wanted)
    assert kept(database, server.id)[0] == server


@pytest.mark.parametrize("is_forced", [False, True])
def test_a_host_without_room_is_taken_when_it_is_forced(
    database, evacuating, server, add_host, is_forced
):
    add_host("h1", silent_for=99)
    add_host("h2", memory_mb=100)
    evacuating.evacuate(CALLER, server.id, Evacuation("h2", is_forced))
    row, claims, _ = kept(database, server.id)
    assert (row.move is not None, "h2" in claims) == (is_forced, is_forced)
    assert (row.vm_state, records(database)[0].status) == (
        ("active", "pre-migrating") if is_forced else ("error", "error")
    )


def test_an_operation_that_waits_for_the_dead_host_does_not_hold_the_evacuation(
    database, evacuating, server, add_host
):
    add_host("h1", silent_for=99)
    add_host("h2")
    with database.write() as tx:
        tx.operations.add(Operation.of(actions.STOP, server, "user", "req-0"))
    evacuating.evacuate(CALLER, server.id, Evacuation())
    with database.write() as tx:
        assert tx.operations.claim("h1", "worker", 60) is None
        assert tx.operations.claim("h2", "worker", 60).action == "evacuate"


def test_a_host_that_has_not_removed_the_old_guest_gets_the_server_not_again(
    database, evacuating, migrating, server, add_host
):
    add_host("h1", silent_for=99)
    add_host("h2")
    evacuating.evacuate(CALLER, server.id, Evacuation())
    finish(database, server)
    add_host("h1")
    with database.read() as tx:
        assert [m.status for m in tx.migrations.remains_on("h1")] == ["done"]
    migrating.migrate(CALLER, server.id)
    assert kept(database, server.id)[0].move is None
    with database.write() as tx:
        (record,) = tx.migrations.remains(server.id)
        tx.migrations.complete(record.uuid)
    migrating.migrate(CALLER, server.id)
    assert kept(database, server.id)[0].move.target_host == "h1"


def at_once(*calls):
    """Call functions at once; return the errors that they raised, or None."""
    outcomes = [None] * len(calls)

    def call(index):
        try:
            calls[index]()
        except (Conflict, Invalid, NotFound) as error:
            outcomes[index] = error

    threads = [threading.Thread(target=call, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_many_evacuations_at_once_one_is_accepted(database, evacuating, server, add_host):
    add_host("h1", silent_for=99)
    for name in ("h2", "h3"):
        add_host(name)
    outcomes = at_once(
        *[lambda: evacuating.evacuate(CALLER, server.id, Evacuation()) for _ in range(6)]
    )
    assert [type(o) for o in outcomes if o is not None] == [Conflict] * 5
    row, claims, unfinished = kept(database, server.id)
    assert len(unfinished) == len(records(database)) == 1
    assert claims == {"h1": server.usage, row.move.target_host: server.usage}


def test_an_evacuation_and_a_delete_at_once(database, evacuating, server, add_host, woken):
    add_host("h1", silent_for=99)
    add_host("h2")
    deletion = Deletion(Acceptance(database, Anything(), woken), None, False, 60)
    outcomes = at_once(
        lambda: evacuating.evacuate(CALLER, server.id, Evacuation()),
        lambda: deletion.delete(CALLER, server.id),
    )
    assert outcomes[1] is None
    row, claims, unfinished = kept(database, server.id)
    if outcomes[0] is None and row is not None:
        # The new host removes what it has of the guest.
        assert [(o.action, o.host) for o in unfinished] == [("evacuate", "h2"), ("delete", "h2")]
    else:
        assert (row, claims, unfinished) == (None, {}, [])
    assert {record.status for record in records(database)} <= {"error", "pre-migrating"}


@pytest.mark.parametrize(
    ("old", "new", "host"), [(99, 0, "h2"), (99, 99, None), (0, 0, "h1"), (0, 99, "h1")]
)
def test_a_server_that_moves_is_deleted_by_a_host_that_is_up(
    database, evacuating, server, add_host, woken, old, new, host
):
    """A worker removes the guest at once: no host has to come back or to look after its guests."""
    add_host("h1", silent_for=99)
    add_host("h2")
    evacuating.evacuate(CALLER, server.id, Evacuation())
    add_host("h1", silent_for=old)
    add_host("h2", silent_for=new)
    woken.hosts.clear()
    deletion = Deletion(Acceptance(database, Anything(), woken), None, False, 60)
    deletion.delete(CALLER, server.id)
    row, _, unfinished = kept(database, server.id)
    deletes = [o.host for o in unfinished if o.action == "delete"]
    assert deletes == woken.hosts == ([host] if host else [])
    assert (row is None) is (host is None)
    if host == "h2":
        with database.write() as tx:
            assert tx.operations.claim("h2", "worker", 60).action == "evacuate"
            assert tx.operations.is_superseded(unfinished[0])


def test_an_evacuation_and_the_return_of_the_host_at_once(
    database, evacuating, make_host, server, add_host
):
    """Either the host is up first and keeps the server, or it has to remove its guest later."""
    add_host("h2")
    with database.read() as tx:
        host = tx.hosts.get("h1")
    for _ in range(5):
        add_host("h1", silent_for=99)

        def come_back():
            with database.write() as tx:
                tx.hosts.report(replace(host, seen_at=tx.now()))

        first, _ = at_once(lambda: evacuating.evacuate(CALLER, server.id, Evacuation()), come_back)
        row, claims, unfinished = kept(database, server.id)
        if first is not None:
            assert (row, claims, unfinished) == (server, {"h1": server.usage}, [])
            continue
        assert (len(unfinished), set(claims)) == (1, {"h1", "h2"})
        finish(database, server)
        with database.read() as tx:
            assert [m.server_id for m in tx.migrations.remains_on("h1")] == [server.id]
        return
