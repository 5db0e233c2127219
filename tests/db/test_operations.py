"""Operations as rows, and the leases on them."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from computeapi.db import engine, tables
from computeapi.domain.errors import LeaseLost
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Fault
from tests.db.conftest import EPOCH


@pytest.fixture
def add(database, make_operation):
    """A function that keeps an operation."""

    def add(server_id, action="create", host="host1"):
        operation = make_operation(server_id, action, host)
        with database.write() as tx:
            tx.operations.add(operation)
        return operation

    return add


@pytest.fixture
def claim(database):
    """A function that claims an operation."""

    def claim(host="host1", owner="w1", lease=60.0):
        with database.write() as tx:
            return tx.operations.claim(host, owner, lease)

    return claim


@pytest.fixture
def expire(url):
    """A function that lets all leases end."""

    def expire():
        with engine.create(url).connect() as connection:
            connection.execute(
                sa.update(tables.operations).values(
                    lease_until=tables.operations.c.created_at - timedelta(days=1)
                )
                if connection.dialect.name == "postgresql"
                else sa.text("UPDATE operations SET lease_until = '2000-01-01 00:00:00.000000'")
            )

    return expire


def finish(database, operation, state="done", message=None):
    with database.write() as tx:
        tx.operations.finish(operation, state, message)


def test_an_operation_gets_an_id_and_comes_back(database, add):
    one, two = add("s1", "reboot"), add("s2")
    one.params = {"type": "HARD"}
    assert one.id < two.id
    three = Operation(None, "s1", "p", "u", "r", "host1", "stop", params={"type": "HARD"})
    with database.write() as tx:
        before = tx.now()
        tx.operations.add(three)
        assert before <= three.created_at <= tx.now()
    with database.read() as tx:
        assert [o.id for o in tx.operations.unfinished("s1")] == [one.id, three.id]
        assert tx.operations.unfinished("s1")[1] == three
        assert tx.operations.unfinished("s3") == []


def test_a_claim_takes_the_oldest_and_leases_it(database, add, claim):
    first, _ = add("s1"), add("s2")
    with database.read() as tx:
        before = tx.now()
    claimed = claim(owner="me", lease=60)
    with database.read() as tx:
        after = tx.now()
        assert tx.operations.unfinished("s1") == [claimed]
    assert (claimed.id, claimed.state, claimed.lease_owner) == (first.id, "running", "me")
    assert (claimed.lease_token, claimed.attempts) == (1, 1)
    minute = timedelta(seconds=60)
    assert before + minute <= claimed.lease_until <= after + minute


def test_a_claim_is_for_one_host(add, claim):
    add("s1", host="host2")
    assert claim("host1") is None
    assert claim("host2").server_id == "s1"


def test_operations_of_a_server_run_one_at_a_time_in_order(database, add, claim):
    first, second, third = add("s1"), add("s1", "stop"), add("s1", "start")
    other = add("s2")
    claimed = claim()
    assert claimed.id == first.id
    assert claim().id == other.id
    assert claim() is None
    finish(database, claimed)
    claimed = claim()
    assert claimed.id == second.id
    finish(database, claimed, "failed", "no")
    assert claim().id == third.id


def test_an_older_operation_on_another_host_comes_first(database, add, claim):
    add("s1", host="host2")
    add("s1", host="host1")
    assert claim("host1") is None
    finish(database, claim("host2"))
    assert claim("host1") is not None


def test_an_ended_lease_is_claimed_again_with_another_token(database, add, claim, expire):
    add("s1")
    old = claim(owner="old")
    assert claim(owner="new") is None
    expire()
    new = claim(owner="new")
    assert (new.id, new.lease_owner, new.lease_token, new.attempts) == (old.id, "new", 2, 2)
    with database.write() as tx:
        assert not tx.operations.renew(old, 60)
        assert tx.operations.renew(new, 60)
        with pytest.raises(LeaseLost):
            tx.operations.finish(old, "done")
    finish(database, new)
    with pytest.raises(LeaseLost):
        finish(database, new)


def test_the_oldest_is_claimed_first_whether_queued_or_left(add, claim, expire):
    left, queued = add("s1"), add("s2")
    claim()
    expire()
    assert claim().id == left.id
    assert claim().id == queued.id
    expire()
    third = add("s3")
    assert [claim().id for _ in range(3)] == [left.id, queued.id, third.id]


def test_a_lease_ends_by_the_databases_clock(add, claim):
    add("s1")
    assert claim(lease=-1).lease_token == 1
    assert claim(lease=60).lease_token == 2
    assert claim() is None


def test_renewing_prolongs(database, add, claim):
    add("s1")
    operation = claim(lease=-1)
    with database.write() as tx:
        assert tx.operations.renew(operation, 60)
    assert claim() is None
    with database.read() as tx:
        assert tx.operations.unfinished("s1") == [operation]


def test_finishing_keeps_how_it_ended(database, url, add, claim):
    operation = add("s1")
    finish(database, claim(), "failed", "Nö.")
    with engine.create(url).connect() as connection:
        row = connection.execute(sa.select(*tables.OPERATION)).one()
    kept = Operation(*row)
    assert (kept.id, kept.state, kept.message) == (operation.id, "failed", "Nö.")
    assert kept.finished_at == kept.updated_at is not None
    assert (kept.lease_owner, kept.lease_until) == (None, None)


def test_cancelling_ends_what_is_unfinished_and_takes_the_lease(database, add, claim):
    add("s1")
    other = add("s2")
    add("s1", "stop")
    running = claim()
    with database.write() as tx:
        tx.operations.cancel("s1", "deleted")
        assert tx.operations.unfinished("s1") == []
        assert not tx.operations.renew(running, 60)
        with pytest.raises(LeaseLost):
            tx.operations.finish(running, "done")
    assert claim().id == other.id


def test_a_delete_behind_supersedes(database, add, claim):
    add("s1", "stop")
    running = claim()
    with database.read() as tx:
        assert not tx.operations.is_superseded(running)
    add("s2", "delete")
    add("s1", "start")
    with database.read() as tx:
        assert not tx.operations.is_superseded(running)
    delete = add("s1", "delete")
    with database.read() as tx:
        assert tx.operations.is_superseded(running)
        assert not tx.operations.is_superseded(delete)
    with database.write() as tx:
        tx.operations.cancel("s1", "over")
        assert not tx.operations.is_superseded(running)


def test_releasing_a_host_ends_its_leases(database, add, claim):
    add("s1")
    add("s2")
    add("s3", host="host2")
    first, _ = claim(), claim()
    claim("host2")
    with database.write() as tx:
        assert tx.operations.release("host1") == 2
        assert tx.operations.release("host1") == 0
        assert not tx.operations.renew(first, 60)
        with pytest.raises(LeaseLost):
            tx.operations.finish(first, "done")
    again = claim(owner="new")
    assert (again.id, again.lease_token, again.attempts) == (first.id, 2, 2)
    assert claim("host2") is None


def test_what_is_handed_back_counts_as_never_claimed(database, add, claim):
    add("s1")
    first = claim()
    with database.write() as tx:
        tx.operations.hand_back(first)
        with pytest.raises(LeaseLost):
            tx.operations.hand_back(first)
    again = claim()
    assert (again.id, again.attempts, again.lease_token) == (first.id, 1, 2)


def test_what_is_put_off_rests(database, add, claim):
    add("s1")
    add("s1", "stop")
    operation = claim()
    with database.write() as tx:
        before = tx.now()
        tx.operations.put_off(operation, 60, "busy")
        after = tx.now()
    assert claim() is None
    with database.read() as tx:
        kept = tx.operations.unfinished("s1")[0]
    assert (kept.state, kept.attempts, kept.message) == ("queued", 0, "busy")
    assert (kept.lease_owner, kept.lease_until) == (None, None)
    minute = timedelta(seconds=60)
    assert before + minute <= kept.not_before <= after + minute
    assert before <= kept.failing_since <= after
    with database.write() as tx, pytest.raises(LeaseLost):
        tx.operations.put_off(operation, 60, "busy")


def test_what_rested_is_claimed_again(database, add, claim):
    add("s1")
    operation = claim()
    with database.write() as tx:
        tx.operations.put_off(operation, -1, "busy")
    again = claim()
    assert (again.id, again.attempts, again.lease_token) == (operation.id, 1, 2)
    with database.write() as tx:
        tx.operations.put_off(again, -1, "still busy")
    third = claim()
    assert third.failing_since == again.failing_since
    assert third.message == "still busy"


def test_a_pause_can_be_ended_and_outlives_the_worker(database, add, claim):
    for server_id in ("s1", "s2"):
        add(server_id)
        with database.write() as tx:
            tx.operations.put_off(tx.operations.claim("host1", "w1", 60), 60, "busy")
    with database.write() as tx:
        assert tx.operations.release("host1") == 0
    assert claim() is None
    with database.write() as tx:
        tx.operations.expedite("s1")
    assert claim().server_id == "s1"
    assert claim() is None


def test_no_two_claim_the_same_and_a_server_has_its_order(database, make_operation):
    """Eight threads carry out two hundred operations of forty servers."""
    with database.write() as tx:
        for number in range(200):
            tx.operations.add(make_operation(f"s{number % 40}"))
    running, done, problems = set(), [], []
    mutex = threading.Lock()

    def work(name):
        while True:
            with database.write() as tx:
                operation = tx.operations.claim("host1", name, 60)
            if operation is None:
                with mutex:
                    if len(done) == 200 or problems:
                        return
                continue
            with mutex:
                if operation.server_id in running or operation.lease_token != 1:
                    problems.append(operation)
                running.add(operation.server_id)
                done.append((operation.server_id, operation.id))
            with database.read() as tx:
                tx.operations.is_superseded(operation)
            with mutex:
                running.discard(operation.server_id)
            with database.write() as tx:
                tx.operations.finish(operation, "done")

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len(set(done)) == len(done) == 200
    for server in {server for server, _ in done}:
        ids = [number for s, number in done if s == server]
        assert ids == sorted(ids)


def test_who_claims_at_the_same_time_gets_different_ones(database, add, kind):
    """A claim not yet committed is skipped, not waited for (SQLite has one writer at a time)."""
    if kind == "sqlite":
        add("s1")
        with database.write() as tx:
            assert tx.operations.claim("host1", "a", 60).server_id == "s1"
            assert tx.operations.claim("host1", "b", 60) is None
        return
    add("s1")
    add("s2")
    with database.write() as one, database.write() as two, database.write() as three:
        assert one.operations.claim("host1", "a", 60).server_id == "s1"
        assert two.operations.claim("host1", "b", 60).server_id == "s2"
        assert three.operations.claim("host1", "c", 60) is None


def test_a_stage_ends_and_the_next_one_runs_on_its_host(database, add, claim):
    first, _ = add("s1", "move"), add("s1", "stop")
    operation = claim()
    with database.write() as tx:
        tx.operations.put_off(operation, -1, "busy")
    operation = claim()
    with database.write() as tx:
        tx.operations.advance(operation, "unpack", "host2")
        with pytest.raises(LeaseLost):
            tx.operations.advance(operation, "unpack", "host2")
        with pytest.raises(LeaseLost):
            tx.operations.finish(operation, "done")
    assert claim("host1") is None
    following = claim("host2")
    assert (following.id, following.stage, following.host) == (first.id, "unpack", "host2")
    assert (following.attempts, following.lease_token) == (1, 3)
    assert (following.not_before, following.failing_since, following.failure) == (None,) * 3


def test_why_an_operation_failed_is_kept_while_it_is_undone(database, add, claim):
    add("s1", "move")
    with database.write() as tx:
        first = Fault(404, "No room.", EPOCH, "a traceback")
        tx.operations.advance(tx.operations.claim("host1", "w", 60), "clear", "host2", first)
    with database.write() as tx:
        tx.operations.advance(tx.operations.claim("host2", "w", 60), "restore", "host1")
    with database.write() as tx:
        other = Fault(500, "Another one.", EPOCH)
        tx.operations.advance(tx.operations.claim("host1", "w", 60), "restore", "host1", other)
    undoing = claim()
    assert (undoing.stage, undoing.failure, undoing.fault) == ("restore", "No room.", first)
