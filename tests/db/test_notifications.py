"""Notifications wait in the transaction's own rows, and each is sent at least once."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from computeapi.db.database import Database
from computeapi.domain.errors import Unavailable
from computeapi.domain.notifications import Settings
from computeapi.domain.operations import OperationState
from computeapi.domain.servers import Fault
from computeapi.worker.notifications import Notifications


@pytest.fixture
def notified(url: str) -> Iterator[Database]:
    """The database with notifications switched on."""
    database = Database(url, notified=Settings("h9"))
    yield database
    database.close()


class Receiver:
    """Notes what it gets.

    :ivar before: called before each notification is noted; :ivar after: after it.
    """

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.closed = False
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def send(self, notification) -> None:
        self.before()
        with self._lock:
            self.got.append((notification.message_id, notification.event_type))
        self.after()

    def close(self) -> None:
        self.closed = True


def sender(database, receiver, host="h1", lease=60.0) -> Notifications:
    return Notifications(database, receiver, host, 0.01, lease)


def waiting(database) -> list:
    with database.read() as tx:
        return list(tx.notifications.oldest(1000))


def names(notifications) -> list[str]:
    return [one.event_type.removeprefix("compute.instance.") for one in notifications]


def boot(database, server, operation) -> None:
    """Accept a server's creation, and carry it out."""
    building = replace(server, vm_state="building", task_state="scheduling", addresses={})
    with database.write() as tx:
        tx.servers.add(building)
        tx.operations.add(operation)
    with database.write() as tx:
        claimed = tx.operations.claim("host1", "w", 60)
    with database.write() as tx:
        tx.operations.finish(claimed, OperationState.DONE)
        tx.servers.save(server)


def test_no_row_is_written_where_they_are_off(database, make_server, make_operation):
    server = make_server()
    boot(database, server, make_operation(server.id))
    assert waiting(database) == []


def test_a_server_from_its_acceptance_to_its_end(notified, make_server, make_operation):
    server = make_server(addresses={"private": [{"addr": "10.0.0.4", "version": 4, "mac": "m"}]})
    boot(notified, server, make_operation(server.id))
    with notified.write() as tx:
        server.mark_deleted(tx.now())
        tx.operations.add(replace(make_operation(server.id, "delete"), state=OperationState.DONE))
        tx.servers.save(server)
    told = waiting(notified)
    assert names(told) == [
        *("update", "create.start", "update", "create.end"),
        *("update", "delete.start", "shutdown.start", "shutdown.end", "delete.end"),
    ]
    states = [(one.payload.get("old_state"), one.payload["state"]) for one in told]
    assert [states[n] for n in (0, 2, 4)] == [
        (None, "building"),
        ("building", "active"),
        ("active", "deleted"),
    ]
    assert told[1].payload["fixed_ips"] == []
    assert told[3].payload["fixed_ips"][0]["address"] == "10.0.0.4"
    assert {one.context["request_id"] for one in told} == {"req-1"}
    assert len({one.message_id for one in told}) == len(told)


def test_a_transaction_that_is_rolled_back_notifies_of_nothing(
    notified, make_server, make_operation
):
    server = make_server()

    def fail() -> None:
        with notified.write() as tx:
            tx.servers.add(server)
            tx.operations.add(make_operation(server.id))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert waiting(notified) == []


def test_a_change_whose_notification_cannot_be_kept_is_none(notified, make_server, monkeypatch):
    server = make_server()

    def refuse(*_those):
        raise Unavailable("no row")

    monkeypatch.setattr("computeapi.db.notifications.Notifications.add", refuse)
    with pytest.raises(Unavailable), notified.write() as tx:
        tx.servers.add(server)
    with notified.read() as tx:
        assert tx.servers.get(server.id) is None


def test_stages_and_failures(notified, make_server, make_operation):
    server = make_server()
    with notified.write() as tx:
        tx.servers.add(server)
        resize = make_operation(server.id, "resize")
        tx.operations.add(replace(resize, stage="prepare", target_host="host1"))
    with notified.write() as tx:
        tx.operations.advance(tx.operations.claim("host1", "w", 60), "pack", "host1")
    fault = Fault(409, "It broke.", server.created_at)
    with notified.write() as tx:
        tx.operations.advance(tx.operations.claim("host1", "w", 60), "clear", "host1", fault)
    with notified.write() as tx:
        tx.operations.advance(tx.operations.claim("host1", "w", 60), "restore", "host1")
    with notified.write() as tx:
        undone = tx.operations.claim("host1", "w", 60)
        tx.operations.finish(undone, OperationState.FAILED, undone.failure)
    told = waiting(notified)
    assert names(told) == [
        *("update", "resize.prep.start", "resize.prep.end", "resize.start", "resize.error")
    ]
    assert (told[-1].payload["message"], told[-1].payload["code"]) == ("It broke.", 409)
    assert told[-1].priority == "ERROR"


def test_the_order_of_a_server_is_that_of_its_changes(notified, make_server):
    servers = [make_server(name="0"), make_server(name="0")]
    with notified.write() as tx:
        for server in servers:
            tx.servers.add(server)

    def rename(server_id: str) -> None:
        for _ in range(5):
            with notified.write() as tx:
                server = tx.servers.get(server_id, lock=True)
                server.name = str(int(server.name) + 1)
                tx.servers.save(server)

    threads = [threading.Thread(target=rename, args=(s.id,)) for s in servers for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in servers:
        own = [n.payload for n in waiting(notified) if n.payload["instance_id"] == server.id]
        assert [one["display_name"] for one in own] == [str(n) for n in range(16)]
        assert [one.get("old_display_name") for one in own][1:] == [str(n) for n in range(15)]


def fill(notified, make_server, make_operation, count: int = 6) -> list[tuple[str, str]]:
    """Make notifications; return the ids and types, in their order."""
    for _ in range(count):
        server = make_server()
        boot(notified, server, make_operation(server.id))
    return [(one.message_id, one.event_type) for one in waiting(notified)]


def test_several_senders_send_each_once_in_order(notified, make_server, make_operation):
    receiver = Receiver()
    senders = [sender(notified, receiver, host) for host in ("h1", "h2", "h3")]
    for each in senders:
        each.start()
    servers = [make_server() for _ in range(5)]
    for server in servers:
        boot(notified, server, make_operation(server.id))
    assert waited_for(lambda: waiting(notified) == [])
    for each in senders:
        each.stop(60)
    assert receiver.closed
    assert len({message_id for message_id, _ in receiver.got}) == len(receiver.got)
    order = ["update", "create.start", "update", "create.end"]
    assert [name.removeprefix("compute.instance.") for _, name in receiver.got] == order * 5


def waited_for(condition: Callable[[], bool]) -> bool:
    pause = threading.Event()
    return any(condition() or pause.wait(0.05) for _ in range(1200))


@pytest.mark.parametrize(("moment", "sent"), [("before", 3), ("after", 4), ("removal", 24)])
def test_a_sender_that_dies(notified, make_server, make_operation, monkeypatch, moment, sent):
    expected = fill(notified, make_server, make_operation)
    receiver = Receiver()

    def die(*_arguments: object) -> None:
        if len(receiver.got) == sent:
            raise SystemExit

    if moment == "removal":
        monkeypatch.setattr("computeapi.db.notifications.Notifications.remove", die)
    else:
        setattr(receiver, moment, die)
    with pytest.raises(SystemExit):
        sender(notified, receiver).look()
    monkeypatch.undo()
    receiver.before = receiver.after = lambda: None
    # Another host waits for the lease; the next worker of the same host does not.
    sender(notified, receiver, "h2").look()
    assert receiver.got == expected[:sent]
    sender(notified, receiver).look()
    # All of them, with the same ids for those that were sent before.
    assert receiver.got == expected[:sent] + expected
    assert waiting(notified) == []


def test_another_host_follows_when_the_lease_has_ended(notified, make_server, make_operation):
    expected = fill(notified, make_server, make_operation, 1)
    with notified.write() as tx:
        assert tx.leases.take("notifications", "h1", 0)
    receiver = Receiver()
    sender(notified, receiver, "h2").look()
    assert receiver.got == expected


def test_a_sender_that_stops_gives_its_lease_up(notified, make_server, make_operation):
    fill(notified, make_server, make_operation, 1)
    receiver = Receiver()
    first = sender(notified, receiver)
    first.look()
    first.stop(60)
    expected = fill(notified, make_server, make_operation, 1)
    sender(notified, receiver, "h2").look()
    assert receiver.got[-len(expected) :] == expected


def test_a_receiver_that_does_not_confirm(notified, make_server, make_operation, caplog):
    expected = fill(notified, make_server, make_operation)
    receiver = Receiver()

    def refuse() -> None:
        if len(receiver.got) == 2:
            raise Unavailable("not now")

    receiver.before = refuse
    one = sender(notified, receiver)
    one.look()
    one.look()
    assert receiver.got == expected[:2]
    assert [(n.message_id, n.event_type) for n in waiting(notified)] == expected[2:]
    receiver.before = lambda: None
    one.look()
    assert receiver.got == expected
    assert [r.levelname for r in caplog.records if "otifications" in r.message][:1] == ["WARNING"]


def test_leases(database):
    with database.write() as tx:
        assert tx.leases.take("l", "a", 60)
        assert tx.leases.take("other", "b", 60)
    with database.write() as tx:
        assert not tx.leases.take("l", "b", 60)
        tx.leases.give_up("l", "b")
        assert not tx.leases.take("l", "b", 60)
        assert tx.leases.take("l", "a", 0)
        assert tx.leases.take("l", "b", 60)
        assert not tx.leases.take("l", "a", 60)
        tx.leases.give_up("l", "b")
        assert tx.leases.take("l", "a", 60)
