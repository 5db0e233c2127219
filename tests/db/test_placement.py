"""The placement of servers, on each kind of database, and with many requests at once."""

import dataclasses
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from computeapi.db import engine, tables
from computeapi.db.hosts import Hosts
from computeapi.domain.errors import Invalid
from computeapi.domain.hosts import Ratios, Usage
from computeapi.service.servers.placement import (
    CountedPlacement,
    Destination,
    NotPlaced,
    RankedPlacement,
    SchedulingOptions,
)

PLACING = SchedulingOptions(Ratios(1, 1, 1), host_down_after=60)
ANYWHERE = Destination()


@pytest.fixture
def add_host(database, make_host):
    """A function that adds a host that is up; ``noted`` is what it is said to carry."""

    def add_host(name, noted=None, silent_for=0, **fields):
        with database.write() as tx:
            seen_at = tx.now() - timedelta(seconds=silent_for)
            sizes = {"vcpus": 4, "memory_mb": 4096, "disk_gb": 40}
            host = make_host(name, **{**sizes, "seen_at": seen_at, **fields})
            tx.hosts.report(host)
            service = next(s for s in tx.services.list() if s.host.name == name)
            tx.services.save(dataclasses.replace(service, host=host))
            tx.hosts.note_usage(name, noted or Usage())

    return add_host


@pytest.fixture
def place(database, make_server):
    """A function that places a server as a request for one does; it returns the server."""

    def place(destination=ANYWHERE, count=1, **fields):
        placed = []
        for kind in (RankedPlacement, CountedPlacement):
            try:
                with database.write() as tx:
                    placement = kind(destination, tx, PLACING)
                    for _ in range(count):
                        placed.append(make_server(host=None, **fields))
                        placement.place(placed[-1])
                        tx.servers.add(placed[-1])
                    placement.note()
            except NotPlaced:
                placed = []
            else:
                return placed[0] if count == 1 else placed
        raise AssertionError("the count of all hosts always ends")

    return place


def test_the_host_with_the_most_room_gets_the_server_and_the_next_goes_elsewhere(add_host, place):
    for name in ("host1", "host2", "host3"):
        add_host(name)
    assert (
        sorted(place().host for _ in range(6))
        == ["host1", "host1", "host2", "host2"] + ["host3"] * 2
    )


def test_one_host_is_counted_and_no_more(add_host, place, database, make_server, monkeypatch):
    """It is taken when it has room, even if others turn out to have more."""
    for name in ("host1", "host2", "host3"):
        add_host(name)
        with database.write() as tx:
            tx.servers.add(make_server(host=name))
    counted, count = [], Hosts.usage_of

    def usage_of(hosts, name):
        counted.append(name)
        return count(hosts, name)

    monkeypatch.setattr(Hosts, "usage_of", usage_of)
    monkeypatch.delattr(Hosts, "usage")
    assert [place().host] == counted


def test_a_host_with_less_room_than_noted_is_passed_over(add_host, place, database, make_server):
    add_host("host1")
    add_host("host2", noted=Usage(1, 1, 1024, 1))
    with database.write() as tx:
        tx.servers.add(make_server(host="host1", memory_mb=4096))
    assert place().host == "host2"


def test_a_host_with_more_room_than_noted_is_found_in_the_end(add_host, place):
    add_host("host1", noted=Usage(4, 4, 4096, 40))
    assert place().host == "host1"


@pytest.mark.parametrize("state", [{"enabled": False}, {"silent_for": 61}, {"forced_down": True}])
def test_a_host_that_is_not_ready_gets_nothing(add_host, place, state):
    add_host("host1", **state)
    add_host("host2", noted=Usage(1, 1, 1024, 1))
    assert [place().host for _ in range(3)] == ["host2"] * 3
    add_host("host2", **state)
    server = place()
    assert (server.host, server.vm_state) == (None, "error")
    assert "Of 2 hosts, 2 are" in server.fault.message


def test_a_full_cloud_says_which_resource_is_short(add_host, place):
    add_host("host1")
    add_host("host2")
    server = place(memory_mb=4097)
    assert (server.host, server.vm_state) == (None, "error")
    assert "2 lack memory (4097 MiB wanted)" in server.fault.message


def test_many_servers_of_one_request_fill_the_hosts(add_host, place, database):
    for name in ("host1", "host2", "host3"):
        add_host(name)
    placed = place(count=14)
    hosts = [server.host for server in placed]
    assert hosts[:12].count(None) == 0
    assert {hosts.count(name) for name in ("host1", "host2", "host3")} == {4}
    assert hosts[12:] == [None, None]
    with database.read() as tx:
        assert {used for _, used in tx.hosts.with_usage()} == {Usage(4, 4, 2048, 4)}


def test_a_zone_and_a_host_are_kept_to(add_host, place):
    add_host("host1", availability_zone="a")
    add_host("host2", availability_zone="b")
    assert [place(Destination("b")).host for _ in range(3)] == ["host2"] * 3
    assert place(Destination(None, "host1")).host == "host1"
    assert place(Destination("a", "host2")).host is None
    for unknown in (Destination("c"), Destination(None, "host3")):
        with pytest.raises(Invalid):
            place(unknown)


@pytest.mark.parametrize("stale", [False, True])
def test_many_who_ask_at_once_get_all_there_is_and_no_more(add_host, place, database, url, stale):
    """Three hosts have room for twelve servers; sixteen requests come at once."""
    for name in ("host1", "host2", "host3"):
        add_host(name, noted=Usage(4, 4, 4096, 40) if stale else Usage())
    errors, begin = [], threading.Barrier(8)

    def ask():
        try:
            begin.wait(30)
            place()
            place()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with database.read() as tx:
        assert tx.hosts.usage() == {
            name: Usage(4, 4, 2048, 4) for name in ("host1", "host2", "host3")
        }
        assert all(host.vcpus == used.vcpus for host, used in tx.hosts.with_usage())
    with engine.create(url).connect() as connection:
        states = connection.execute(sa.select(tables.servers.c.vm_state)).scalars().all()
    assert sorted(states) == ["active"] * 12 + ["error"] * 4


def test_requests_for_many_servers_do_not_wait_in_a_circle(add_host, place, database):
    for number in range(6):
        add_host(f"host{number}")
    errors, begin = [], threading.Barrier(6)

    def ask():
        try:
            begin.wait(30)
            for _ in range(3):
                place(count=2)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with database.read() as tx:
        usage = tx.hosts.usage()
    assert sum(used.instances for used in usage.values()) == 24
    assert max(used.vcpus for used in usage.values()) == 4


def test_a_host_that_goes_down_before_it_is_locked(add_host, database, make_server, make_host):
    add_host("host1")
    add_host("host2", noted=Usage(1, 1, 1024, 1))
    with database.write() as tx:
        placement = RankedPlacement(ANYWHERE, tx, PLACING)
        service = next(s for s in tx.services.list() if s.host.name == "host1")
        disabled = dataclasses.replace(service.host, enabled=False)
        tx.services.save(dataclasses.replace(service, host=disabled))
        server = make_server(host=None)
        placement.place(server)
    assert server.host == "host2"
