"""Deletes that are deferred, and restores, on each kind of database, and many at once."""

import threading
from datetime import timedelta
from functools import partial

import pytest

from computeapi.domain.errors import Conflict, NotFound, QuotaExceeded
from computeapi.domain.paging import PageRequest
from computeapi.domain.quotas import Quotas
from computeapi.domain.server_groups import ServerGroup
from computeapi.domain.servers import ServerFilters
from computeapi.domain.servers.deletion import defer_delete
from computeapi.domain.usage import UsageWindow
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.deletion import Deletion
from computeapi.worker.timers import TimedActions, deferred_delete
from tests.db.conftest import EPOCH
from tests.db.moves.accepting import CALLER, NO_QUOTAS, Anything, kept

GROUP = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def make_deletion(database, woken):
    def make(quotas=NO_QUOTAS, defers=True):
        acceptance = Acceptance(database, Anything(), woken)
        return Deletion(acceptance, QuotaReader(quotas), defers, 60)

    return make


@pytest.fixture
def add_host(database, make_host):
    def add_host(name="h1", silent_for=0):
        with database.write() as tx:
            tx.hosts.report(make_host(name, seen_at=tx.now() - timedelta(seconds=silent_for)))

    return add_host


@pytest.fixture
def add_server(database, make_server):
    def add_server(**fields):
        server = make_server(**{"host": "h1", "launched_at": EPOCH} | fields)
        with database.write() as tx:
            tx.servers.add(server)
        return server

    return add_server


@pytest.fixture
def add_deleted(database, add_server):
    """A function that adds a server whose delete is deferred."""

    def add_deleted(**fields):
        server = add_server(**fields)
        finish(database, server.id)
        return kept(database, server.id)[0]

    return add_deleted


def finish(database, server_id):
    """Finish the deferred delete of a server, as a worker does."""
    with database.write() as tx:
        for operation in tx.operations.unfinished(server_id):
            claimed = tx.operations.claim(operation.host, "worker", 60)
            tx.operations.finish(claimed, "done")
        server = tx.servers.get(server_id, lock=True)
        defer_delete(server, tx.now())
        tx.servers.save(server)


def listed(database, **filters):
    with database.read() as tx:
        return {
            s.id for s in tx.servers.list(ServerFilters("project", **filters), PageRequest(9)).items
        }


@pytest.mark.parametrize("fields", [{}, {"vm_state": "error"}, {"task_state": "rebooting"}])
def test_a_delete_is_deferred(database, make_deletion, add_host, add_server, woken, fields):
    add_host()
    server = add_server(**fields)
    make_deletion().delete(CALLER, server.id)
    row, claims, (operation,) = kept(database, server.id)
    assert (row.vm_state, row.task_state) == (server.vm_state, "soft-deleting")
    assert (operation.action, operation.host, woken.hosts) == ("softDelete", "h1", ["h1"])
    assert claims == {"h1": server.usage}
    # It is asked for again: the time begins anew.
    make_deletion().delete(CALLER, server.id)
    assert len(kept(database, server.id)[2]) == 1
    assert kept(database, server.id)[0].soft_deleted_at > row.soft_deleted_at


@pytest.mark.parametrize(
    ("silent_for", "fields", "defers", "at_once"),
    [
        (0, {"launched_at": None, "vm_state": "building"}, True, "delete"),
        (0, {"launched_at": None, "vm_state": "error"}, True, "delete"),
        (0, {}, False, "delete"),
        (99, {}, True, None),
        (0, {"host": None, "vm_state": "shelved_offloaded"}, True, None),
        (0, {"host": None, "vm_state": "error"}, True, None),
    ],
)
def test_a_delete_that_is_not_deferred(
    database, make_deletion, add_host, add_server, silent_for, fields, defers, at_once
):
    add_host(silent_for=silent_for)
    server = add_server(**fields)
    make_deletion(defers=defers).delete(CALLER, server.id)
    row, _, unfinished = kept(database, server.id)
    assert [o.action for o in unfinished] == ([at_once] if at_once else [])
    assert (row is None) is (at_once is None)


def test_a_delete_at_once_stays_one(database, make_deletion, add_host, add_server):
    add_host()
    server = add_server()
    make_deletion().force_delete(CALLER, server.id)
    make_deletion().delete(CALLER, server.id)
    assert [o.action for o in kept(database, server.id)[2]] == ["delete"]


@pytest.mark.parametrize("defers", [True, False])
def test_a_server_that_could_be_restored_is_deleted_at_once(
    database, make_deletion, add_host, add_deleted, defers
):
    add_host()
    server = add_deleted()
    make_deletion(defers=defers).force_delete(CALLER, server.id)
    assert [o.action for o in kept(database, server.id)[2]] == ["delete"]
    with pytest.raises(Conflict):
        make_deletion().restore(CALLER, server.id)


@pytest.mark.parametrize("defers", [True, False])
def test_a_server_is_restored(database, make_deletion, add_host, add_deleted, woken, defers):
    add_host()
    server = add_deleted(vm_state="paused")
    make_deletion(defers=defers).restore(CALLER, server.id)
    row, _, (operation,) = kept(database, server.id)
    assert (row.vm_state, row.task_state) == ("soft-delete", "restoring")
    assert (operation.action, operation.host, woken.hosts) == ("restore", "h1", ["h1"])
    assert row.soft_deleted_at > server.soft_deleted_at


@pytest.mark.parametrize(
    ("fields", "changes"),
    [({"locked": True}, {}), ({}, {"task_state": "restoring"}), ({}, {"vm_state": "active"})],
)
def test_a_server_that_cannot_be_restored(
    database, make_deletion, add_host, add_deleted, fields, changes
):
    add_host()
    server = add_deleted(**fields)
    with database.write() as tx:
        for name, value in changes.items():
            setattr(server, name, value)
        tx.servers.save(server)
    with pytest.raises(Conflict):
        make_deletion().restore(CALLER, server.id)
    assert kept(database, server.id)[0] == server


@pytest.mark.parametrize(
    ("quotas", "resource"),
    [
        (Quotas(instances=1), "instances"),
        (Quotas(cores=2), "cores"),
        (Quotas(ram=1000), "ram"),
    ],
)
def test_a_restored_server_keeps_to_the_quotas(
    database, make_deletion, add_host, add_server, add_deleted, quotas, resource
):
    add_host()
    server = add_deleted(reserved_vcpus=1)
    make_deletion(quotas).restore(CALLER, server.id)
    finish(database, server.id)
    add_server()
    with pytest.raises(QuotaExceeded, match=resource):
        make_deletion(quotas).restore(CALLER, server.id)
    row, _, unfinished = kept(database, server.id)
    assert (row.vm_state, row.task_state, unfinished) == ("soft-delete", None, [])


def test_a_server_whose_delete_is_deferred_does_not_count(
    database, add_host, add_server, add_deleted
):
    add_host()
    server = add_server()
    add_deleted(user_id="user", server_group_id=GROUP)
    member = add_server(server_group_id=GROUP)
    with database.write() as tx:
        tx.server_groups.add(ServerGroup(GROUP, "project", "user", "g", "affinity", None, EPOCH))
        both = server.usage.times(2)
        assert tx.servers.usage("project") == tx.servers.usage("project", "user") == both
        assert tx.server_groups.count_members(GROUP) == 1
        assert tx.server_groups.with_members(GROUP).members == (member.id,)
        # Its host keeps its place.
        assert tx.hosts.usage_of("h1") == server.usage.times(3)


def test_lists_show_servers_whose_delete_is_deferred_to_callers_who_ask(
    database, add_server, add_deleted
):
    live, soft = add_server().id, add_deleted().id
    gone = add_server(deleted=True, vm_state="deleted").id
    assert listed(database) == {live}
    assert listed(database, soft_deleted=False) == {live}
    assert listed(database, soft_deleted=True) == {live, soft}
    assert listed(database, deleted=True) == {gone, soft}
    assert listed(database, deleted=True, soft_deleted=True) == {gone, soft}
    assert listed(database, deleted=True, soft_deleted=False) == {gone}
    assert listed(database, deleted=None) == {live, soft, gone}
    states = [("soft-delete", None)]
    assert listed(database, states=states) == set()
    assert listed(database, states=states, soft_deleted=True) == {soft}


def at_once(*calls):
    """Call all at the same time; return what each raised, or None."""
    barrier, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        barrier.wait(30)
        try:
            call()
        except Exception as error:
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_many_restores_at_once_one_is_accepted(database, make_deletion, add_host, add_deleted):
    add_host()
    server = add_deleted()
    deletion = make_deletion()
    outcomes = at_once(*[lambda: deletion.restore(CALLER, server.id)] * 6)
    assert sorted(type(o).__name__ for o in outcomes) == ["Conflict"] * 5 + ["NoneType"]
    assert [o.action for o in kept(database, server.id)[2]] == ["restore"]


def test_of_many_servers_at_once_no_more_than_the_quota_are_restored(
    database, make_deletion, add_host, add_deleted
):
    add_host()
    servers = [add_deleted() for _ in range(4)]
    deletion = make_deletion(Quotas(instances=2))

    def restore(server):
        deletion.restore(CALLER, server.id)
        # The worker is as fast as can be.
        with database.write() as tx:
            row = tx.servers.get(server.id, lock=True)
            row.vm_state = "active"
            tx.servers.save(row)

    at_once(*[partial(restore, server) for server in servers])
    with database.read() as tx:
        assert tx.servers.usage("project").instances <= 2


def test_a_restore_and_the_end_of_its_time_at_once(database, make_deletion, add_host, add_deleted):
    add_host()
    reclaim = TimedActions(database, "h1", deferred_delete(1e-6), lambda: True)
    deletion = make_deletion()
    for _ in range(5):
        server = add_deleted()
        outcomes = at_once(partial(deletion.restore, CALLER, server.id), reclaim.look)
        row, _, (operation,) = kept(database, server.id)
        assert operation.action == ("restore" if outcomes[0] is None else "delete")
        assert isinstance(outcomes[0], Conflict | None)
        assert outcomes[1] is None
        assert row.task_state == ("restoring" if outcomes[0] is None else "deleting")


def test_a_restore_and_a_delete_at_once(database, make_deletion, add_host, add_deleted):
    """The delete is accepted in any case: it comes behind the restore, and ends it."""
    add_host()
    deletion = make_deletion()
    for _ in range(5):
        server = add_deleted()
        outcomes = at_once(
            partial(deletion.restore, CALLER, server.id),
            partial(deletion.force_delete, CALLER, server.id),
        )
        row, _, unfinished = kept(database, server.id)
        assert (outcomes[1], row.task_state) == (None, "deleting")
        names = [o.action for o in unfinished]
        assert names == (["delete"] if outcomes[0] else ["restore", "delete"])
        if not outcomes[0]:
            with database.read() as tx:
                assert tx.operations.is_superseded(unfinished[0])


def test_a_deleted_server_is_not_restored(make_deletion, add_server):
    server = add_server(deleted=True, vm_state="deleted")
    with pytest.raises(NotFound):
        make_deletion().restore(CALLER, server.id)


def test_use_goes_on_until_a_server_is_deleted_for_good(database, add_host, add_server):
    """As in Nova: its disks take their place until then."""
    add_host()
    server = add_server()
    with database.write() as tx:
        tx.servers.save(tx.servers.get(server.id))
    finish(database, server.id)
    with database.write() as tx:
        now = tx.now()
        window = UsageWindow(EPOCH, now + timedelta(days=1), now)
        (used,) = tx.usage.of_servers(window, "project").items
        assert (used.state, used.ended_at, used.latest.ended_at) == ("soft-delete", None, None)
        row = tx.servers.get(server.id, lock=True)
        row.mark_deleted(tx.now())
        tx.servers.save(row)
        (used,) = tx.usage.of_servers(window, "project").items
        assert (used.state, len(used.periods)) == ("terminated", 1)
        assert used.latest.ended_at == row.terminated_at
