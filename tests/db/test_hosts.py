"""Hosts as rows."""

import dataclasses
import threading
from datetime import timedelta

from computeapi.domain.host_owners import HostOwner
from computeapi.domain.hosts import Usage


def test_a_report_makes_a_host_and_later_changes_it(database, make_host):
    host = make_host(hypervisor_version=8002001)
    with database.write() as tx:
        tx.hosts.report(host)
    with database.read() as tx:
        assert tx.hosts.get("host1") == host
        assert tx.hosts.get("host2") is None
    later = dataclasses.replace(host, vcpus=16, seen_at=host.seen_at + timedelta(microseconds=1))
    with database.write() as tx:
        tx.hosts.report(make_host("host0"))
        tx.hosts.report(later)
    with database.read() as tx:
        assert tx.hosts.list() == [make_host("host0"), later]


def test_two_may_report_the_same_new_host(database, make_host):
    barrier = threading.Barrier(4)
    errors = []

    def report(number):
        barrier.wait()
        try:
            with database.write() as tx:
                tx.hosts.report(make_host(vcpus=number))
        except Exception as error:  # shown by the assertion
            errors.append(error)

    threads = [threading.Thread(target=report, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.read() as tx:
        assert len(tx.hosts.list()) == 1


def test_who_locks_the_hosts_places_alone(database, make_host, make_server):
    """Two holders of the lock, one after the other, never see the same value."""
    with database.write() as tx:
        tx.hosts.report(make_host())
    servers = [make_server(vcpus=1) for _ in range(6)]
    seen = []

    def place(server):
        with database.write() as tx:
            tx.hosts.lock("host1")
            seen.append(tx.hosts.usage_of("host1").instances)
            tx.servers.add(server)

    threads = [threading.Thread(target=place, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(6))


def test_the_owner_of_a_host_is_kept_beside_its_report(database, make_host):
    owner = HostOwner("folder", "place", "worker")
    with database.write() as tx:
        assert tx.hosts.owner("host1") is None
        tx.hosts.report(make_host())
        assert tx.hosts.owner("host1") is None
        tx.hosts.set_owner("host1", owner)
        tx.hosts.report(make_host(vcpus=9))
    with database.write() as tx:
        assert tx.hosts.owner("host1") == owner
        assert tx.hosts.get("host1") == make_host(vcpus=9)
        tx.hosts.set_owner("host1", None)
        assert tx.hosts.owner("host1") is None


def test_two_workers_of_one_name_that_start_at_once(database, make_host):
    """The first of them gets the host; the second sees whose it is."""
    seen = []

    def take(folder):
        with database.write() as tx:
            if tx.hosts.get("host1") is None:
                tx.hosts.report(make_host())
            seen.append(tx.hosts.owner("host1"))
            if seen[-1] is None:
                tx.hosts.set_owner("host1", HostOwner(folder, "place", "worker"))

    threads = [threading.Thread(target=take, args=(f"folder {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.count(None) == 1
    assert len({owner.folder for owner in seen if owner}) == 1


def test_what_a_host_carries_is_noted_beside_its_report(database, make_host):
    with database.write() as tx:
        tx.hosts.report(make_host())
        assert tx.hosts.with_usage() == [(make_host(), Usage())]
        tx.hosts.note_usage("host1", Usage(1, 2, 3, 2**40))
        tx.hosts.report(make_host())
        assert tx.hosts.with_usage() == [(make_host(), Usage(1, 2, 3, 2**40))]


def test_a_host_that_is_locked_is_waited_for_or_not(database, make_host, kind):
    with database.write() as tx:
        tx.hosts.report(make_host())
    if kind == "sqlite":  # it has one writer at a time
        with database.write() as tx:
            assert tx.hosts.lock("host1", wait=False) == make_host()
        return
    with database.write() as one, database.write() as two:
        assert one.hosts.lock("host1") == make_host()
        assert two.hosts.lock("host1", wait=False) is None
        assert two.hosts.lock("host2") is None
