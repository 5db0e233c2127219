"""Aggregates and the zones that they give to hosts, on each kind of database."""

import threading

import pytest

from computeapi.domain.aggregates import AggregateChange
from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Error, Invalid, NotFound
from computeapi.service.aggregates import Aggregates

ADMIN = Context("u1", "p1", "req-1", frozenset({"admin"}))
IMAGE = "70a599e0-31e7-49b7-b260-868f441e862b"


class Permissive:
    def authorize(self, *_arguments):
        """Allow everything."""


class Images:
    def get(self, _context, image_ref):
        if image_ref != IMAGE:
            raise NotFound("no such image")


@pytest.fixture
def service(database, make_host, woken):
    with database.write() as tx:
        for name in ("host1", "host2"):
            tx.hosts.report(make_host(name, availability_zone=None))
    return Aggregates(database, Permissive(), Images(), woken)


def zones(database):
    with database.read() as tx:
        return {host.name: host.availability_zone for host in tx.hosts.list()}


def test_an_aggregate_is_kept_changed_and_removed(service, database):
    made = service.create(ADMIN, "a", None)
    assert service.list(ADMIN) == [made] == [service.get(ADMIN, made.id)]
    assert (made.metadata, made.hosts, made.updated_at) == ({}, [], None)
    with pytest.raises(Conflict):
        service.create(ADMIN, "a", "z")
    other = service.create(ADMIN, "b", "z")
    assert other.id > made.id
    assert other.availability_zone == "z"
    with pytest.raises(Conflict):
        service.update(ADMIN, other.id, AggregateChange(name="a"))
    assert service.update(ADMIN, made.id, AggregateChange(name="c")).name == "c"
    assert service.set_metadata(ADMIN, made.id, {"k": "v", "l": None}).metadata == {"k": "v"}
    assert service.set_metadata(ADMIN, made.id, {"k": None, "m": ""}).metadata == {"m": ""}
    service.delete(ADMIN, other.id)
    assert [a.name for a in service.list(ADMIN)] == ["c"]
    for gone in (
        lambda: service.get(ADMIN, other.id),
        lambda: service.delete(ADMIN, other.id),
        lambda: service.update(ADMIN, other.id, AggregateChange(name="d")),
        lambda: service.add_host(ADMIN, other.id, "host1"),
    ):
        with pytest.raises(NotFound):
            gone()


def test_hosts_are_in_the_zone_of_their_aggregates(service, database):
    east, plain = service.create(ADMIN, "e", "east").id, service.create(ADMIN, "p", None).id
    assert service.add_host(ADMIN, east, "host2").hosts == ["host2"]
    service.add_host(ADMIN, plain, "host2")
    service.add_host(ADMIN, plain, "host1")
    assert zones(database) == {"host1": None, "host2": "east"}
    service.update(ADMIN, east, AggregateChange(availability_zone="west"))
    assert zones(database) == {"host1": None, "host2": "west"}
    service.set_metadata(ADMIN, east, {"availability_zone": None})
    assert zones(database) == {"host1": None, "host2": None}
    service.set_metadata(ADMIN, plain, {"availability_zone": "both"})
    assert zones(database) == {"host1": "both", "host2": "both"}
    service.remove_host(ADMIN, plain, "host1")
    assert zones(database) == {"host1": None, "host2": "both"}
    service.update(ADMIN, plain, AggregateChange(removes_zone=True))
    assert zones(database) == {"host1": None, "host2": None}


def test_a_report_leaves_the_zone(service, database, make_host):
    service.add_host(ADMIN, service.create(ADMIN, "e", "east").id, "host1")
    with database.write() as tx:
        tx.hosts.report(make_host("host1", availability_zone="other", vcpus=99))
        assert tx.hosts.get("host1").vcpus == 99
    assert zones(database)["host1"] == "east"


def test_membership_is_checked(service):
    one = service.create(ADMIN, "a", None).id
    service.add_host(ADMIN, one, "host1")
    with pytest.raises(Conflict):
        service.add_host(ADMIN, one, "host1")
    with pytest.raises(NotFound):
        service.add_host(ADMIN, one, "host9")
    with pytest.raises(NotFound):
        service.remove_host(ADMIN, one, "host2")
    with pytest.raises(Invalid):
        service.delete(ADMIN, one)


def test_a_host_is_in_one_zone_at_most(service, database):
    east, west = service.create(ADMIN, "e", "east").id, service.create(ADMIN, "w", "west").id
    second, plain = service.create(ADMIN, "e2", "east").id, service.create(ADMIN, "p", None).id
    for aggregate in (east, second, plain):
        service.add_host(ADMIN, aggregate, "host1")
    with pytest.raises(Conflict):
        service.add_host(ADMIN, west, "host1")
    with pytest.raises(Invalid):
        service.set_metadata(ADMIN, plain, {"availability_zone": "west", "k": "v"})
    with pytest.raises(Invalid):
        service.update(ADMIN, plain, AggregateChange("new", "west"))
    assert zones(database)["host1"] == "east"
    assert service.get(ADMIN, west).hosts == []
    assert (service.get(ADMIN, plain).name, service.get(ADMIN, plain).metadata) == ("p", {})


@pytest.mark.parametrize("host", ["host1", None])
def test_a_host_with_servers_stays_in_its_zone(service, database, make_server, host):
    east, west = service.create(ADMIN, "e", "east").id, service.create(ADMIN, "w", None).id
    service.add_host(ADMIN, east, "host1")
    with database.write() as tx:
        tx.servers.add(make_server(host=host))
    changes = [
        lambda: service.remove_host(ADMIN, east, "host1"),
        lambda: service.add_host(ADMIN, east, "host1"),
        lambda: service.update(ADMIN, east, AggregateChange(availability_zone="north")),
        lambda: service.set_metadata(ADMIN, east, {"availability_zone": None}),
    ]
    if host is None:
        for change in changes:
            change()
        return
    with pytest.raises(Conflict, match="host1 has servers"):
        changes[0]()
    for change in changes[2:]:
        with pytest.raises(Invalid, match="host1 has servers"):
            change()
    assert zones(database)["host1"] == "east"
    # Changes that leave the zone are free.
    service.add_host(ADMIN, west, "host1")
    service.set_metadata(ADMIN, east, {"k": "v"})
    service.update(ADMIN, east, AggregateChange(name="other", availability_zone="east"))


def test_two_who_put_a_host_into_two_zones_at_once_do_not_both_succeed(service, database):
    aggregates = [service.create(ADMIN, name, name).id for name in ("a", "b", "c", "d")]
    barrier, outcomes = threading.Barrier(len(aggregates)), []

    def add(aggregate):
        barrier.wait()
        try:
            service.add_host(ADMIN, aggregate, "host1")
            outcomes.append(True)
        except Error:
            outcomes.append(False)

    threads = [threading.Thread(target=add, args=(aggregate,)) for aggregate in aggregates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    members = [a.name for a in service.list(ADMIN) if a.hosts]
    assert members == [zones(database)["host1"]]


def test_images_are_wanted_by_the_hosts_of_an_aggregate(service, database, woken):
    one = service.create(ADMIN, "a", None).id
    service.add_host(ADMIN, one, "host2")
    for _ in range(2):
        service.cache_images(ADMIN, one, [IMAGE])
    with database.write() as tx:
        assert tx.wanted_images.of_host("host1") == []
        assert tx.wanted_images.of_host("host2") == [IMAGE]
        tx.wanted_images.remove("host2", IMAGE)
        assert tx.wanted_images.of_host("host2") == []
    assert woken.hosts == ["host2", "host2"]
    for images in ([IMAGE, IMAGE], ["other"]):
        with pytest.raises(Invalid):
            service.cache_images(ADMIN, one, images)
    with pytest.raises(NotFound):
        service.cache_images(ADMIN, one + 1, [IMAGE])
