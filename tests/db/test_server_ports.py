"""The ports of servers, on each kind of database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from computeapi.domain.server_ports import BoundPort, FloatingAddress, ServerPort

FLOATING = (FloatingAddress("203.0.113.5", "192.0.2.1"),)
BOUND = BoundPort("p1", "n1", "private", "fa:16:3e:00:00:01", 1442, ("192.0.2.1",), FLOATING)


@pytest.fixture
def keep(database, make_server):
    """Keep a server with ports, and return it."""

    def keep(count=2, **fields):
        server = make_server(**fields)
        with database.write() as tx:
            tx.servers.add(server)
            # The newest first: the order is that of their positions.
            for number in reversed(range(count)):
                name = f"{number}-{server.id}"[:36]
                tx.server_ports.add(ServerPort(name, server.id, number, "n1", None, True))
        return server

    return keep


def ports(database, server):
    with database.read() as tx:
        return tx.server_ports.of_server(server.id)


def test_ports_come_back_in_their_order(database, keep):
    first, second = ports(database, keep())
    assert (first.position, second.position, first.bound, first.security_groups) == (0, 1, None, [])


def test_a_port_is_kept_as_it_is_bound(database, keep):
    server = keep()
    port, other = ports(database, server)
    with database.write() as tx:
        assert tx.server_ports.keep_bound(port, BOUND)
        # Another worker was faster: its port is the one.
        assert not tx.server_ports.keep_bound(port, replace(BOUND, port_id="p2"))
        assert not tx.server_ports.keep_bound(replace(other, id="gone"), BOUND)
    found, untouched = ports(database, server)
    assert (found.port_id, found.bound, untouched.port_id) == ("p1", BOUND, None)
    for is_stale in (True, False):
        with database.write() as tx:
            assert tx.server_ports.keep_gone(found, is_stale)
            assert not tx.server_ports.keep_gone(replace(found, port_id="p2"), is_stale)
        gone = ports(database, server)[0]
        assert (gone.bound, gone.is_stale) == (None, is_stale)


def test_two_workers_do_not_keep_two_ports_of_one_row(database, keep):
    server = keep(1)
    (port,) = ports(database, server)

    begin = Barrier(4)

    def bind(number):
        begin.wait(10)
        with database.write() as tx:
            return tx.server_ports.keep_bound(port, replace(BOUND, port_id=f"p{number}"))

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(bind, range(4))) == [False] * 3 + [True]


def test_stale_ports_of_a_host(database, keep):
    here, there = keep(host="host1"), keep(host="host2")
    port = ports(database, here)[0]
    with database.write() as tx:
        tx.server_ports.keep_bound(port, BOUND)
        assert tx.server_ports.mark_stale(here.id, "p1")
        assert not tx.server_ports.mark_stale(here.id, "p9")
        assert tx.server_ports.mark_stale(there.id)
        assert not tx.server_ports.mark_stale("unknown")
    with database.read() as tx:
        assert tx.server_ports.stale_on("host1") == [here.id]
        assert {one.server_id for one in tx.server_ports.of_host("host2")} == {there.id}
    with database.write() as tx:
        assert tx.server_ports.keep_bound(port, BOUND)
    with database.read() as tx:
        assert tx.server_ports.stale_on("host1") == []


def test_ports_of_deleted_servers_wait_for_their_release(database, keep):
    live, deleted = keep(), keep()
    with database.write() as tx:
        server = tx.servers.get(deleted.id)
        server.mark_deleted(tx.now())
        tx.servers.save(server)
    with database.read() as tx:
        assert tx.server_ports.abandoned() == [deleted.id]
        assert tx.server_ports.stale_on("host1") == []
    with database.write() as tx:
        tx.server_ports.remove_of(deleted.id)
        tx.server_ports.remove(tx.server_ports.of_server(live.id)[0])
    with database.read() as tx:
        assert tx.server_ports.abandoned() == []
    assert [port.position for port in ports(database, live)] == [1]
