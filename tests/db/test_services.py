"""Services, hypervisors and hosts as administrators see them, on each kind of database."""

import threading
from datetime import timedelta

import pytest

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, MarkerNotFound, NotFound, NotSupported
from computeapi.domain.hosts import HostDetails, HostSettings, Usage
from computeapi.domain.hypervisors import HypervisorFilters, HypervisorId
from computeapi.domain.paging import PageRequest
from computeapi.domain.services import ServiceChange
from computeapi.service.hosts import Hosts
from computeapi.service.hypervisors import Hypervisors
from computeapi.service.services import Services

ADMIN = Context("u1", "p1", "req-1", frozenset({"admin"}))
DETAILS = HostDetails("192.0.2.7", {"arch": "x86_64", "features": ["vmx"]}, "up 1 day")


class Permissive:
    def authorize(self, *_arguments):
        """Allow everything."""


@pytest.fixture
def hosts(database, make_host):
    """Two hosts: host1 is up, and host2 was not seen for two minutes."""
    with database.write() as tx:
        now = tx.now()
        for name, age in (("host2", 120), ("host1", 0)):
            seen = now - timedelta(seconds=age)
            tx.hosts.report(make_host(name, availability_zone=None, seen_at=seen), DETAILS)


@pytest.fixture
def services(hosts, database):
    return Services(database, Permissive(), HostSettings(60.0, "nova"))


@pytest.fixture
def hypervisors(hosts, database):
    return Hypervisors(database, Permissive(), 60.0)


def test_services_are_listed_by_number(services):
    shown = services.list(ADMIN)
    assert [(s.service.host.name, s.up, s.zone) for s in shown] == [
        ("host2", False, "nova"),
        ("host1", True, "nova"),
    ]
    assert [s.service.number for s in shown] == [1, 2]
    assert len({s.service.uuid for s in shown}) == 2
    assert [s.service.host.name for s in services.list(ADMIN, host="host1")] == ["host1"]
    assert services.list(ADMIN, binary="nova-scheduler") == []
    assert len(services.list(ADMIN, binary="nova-compute")) == 2


def test_a_service_is_disabled_with_a_reason_and_enabled_again(services, database):
    uuid = services.list(ADMIN, host="host1")[0].service.uuid
    changed = services.update(ADMIN, uuid, ServiceChange(False, "disk fails")).service
    assert (changed.host.enabled, changed.disabled_reason) == (False, "disk fails")
    assert services.list(ADMIN, host="host1")[0].service == changed
    changed = services.update(ADMIN, uuid, ServiceChange(True)).service
    assert (changed.host.enabled, changed.disabled_reason) == (True, None)
    for nonsense in (ServiceChange(), ServiceChange(True, "r"), ServiceChange(disabled_reason="r")):
        with pytest.raises(Invalid):
            services.update(ADMIN, uuid, nonsense)
    with pytest.raises(NotFound):
        services.update(ADMIN, "other", ServiceChange(True))


def test_a_host_that_is_forced_down_counts_as_down_and_goes_on_reporting(
    services, database, make_host
):
    uuid = services.list(ADMIN, host="host1")[0].service.uuid
    assert not services.update(ADMIN, uuid, ServiceChange(forced_down=True)).up
    with database.write() as tx:
        tx.hosts.report(make_host("host1", seen_at=tx.now()))
        host = tx.hosts.get("host1")
        assert (host.is_up(tx.now(), 60), host.is_alive(tx.now(), 60)) == (False, True)
    assert services.update(ADMIN, uuid, ServiceChange(forced_down=False)).up


def test_a_service_is_named_by_host_and_program(services):
    changed = services.update_by_host(ADMIN, "host2", "nova-compute", ServiceChange(False))
    assert (changed.host.name, changed.host.enabled) == ("host2", False)
    with pytest.raises(NotFound):
        services.update_by_host(ADMIN, "host3", "nova-compute", ServiceChange(False))
    with pytest.raises(Invalid):
        services.update_by_host(ADMIN, "host1", "nova-scheduler", ServiceChange(False))


@pytest.mark.parametrize("attribute", ["number", "uuid"])
def test_a_service_is_deleted_without_servers_only(services, database, make_server, attribute):
    service = services.list(ADMIN, host="host1")[0].service
    server = make_server(host="host1")
    with database.write() as tx:
        tx.servers.add(server)
    with pytest.raises(Conflict):
        services.delete(ADMIN, getattr(service, attribute))
    with database.write() as tx:
        server.mark_deleted(tx.now())
        tx.servers.save(server)
        tx.aggregates.add_host(1, "host1")
    services.delete(ADMIN, getattr(service, attribute))
    assert [s.service.host.name for s in services.list(ADMIN)] == ["host2"]
    with pytest.raises(NotFound):
        services.delete(ADMIN, getattr(service, attribute))


def test_hosts_that_report_for_the_first_time_at_once_get_numbers_of_their_own(database, make_host):
    barrier = threading.Barrier(4)

    def report(name):
        barrier.wait()
        with database.write() as tx:
            tx.hosts.report(make_host(name))

    threads = [threading.Thread(target=report, args=(f"h{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        assert [s.number for s in tx.services.list()] == [1, 2, 3, 4]


def test_hypervisors_carry_their_load_and_servers(hypervisors, database, make_server):
    busy, idle = make_server(host="host1", task_state="rebooting"), make_server(host="host1")
    with database.write() as tx:
        tx.servers.add(busy)
        tx.servers.add(idle)
    every = HypervisorFilters()
    plain = hypervisors.list(ADMIN, every, PageRequest(10)).items
    assert [(h.hypervisor.host.name, h.up, h.servers) for h in plain] == [
        ("host2", False, None),
        ("host1", True, None),
    ]
    detailed = hypervisors.list(
        ADMIN, HypervisorFilters("host1", with_servers=True), PageRequest(10), detailed=True
    ).items
    assert [list(h.servers) for h in detailed] == [[(busy.id, busy.name), (idle.id, idle.name)]]
    assert [(h.load.used, h.load.workload) for h in detailed] == [(busy.usage + idle.usage, 1)]
    assert detailed[0].hypervisor.details == DETAILS
    uuid = detailed[0].hypervisor.uuid
    shown = hypervisors.get(ADMIN, HypervisorId(uuid, uuid=uuid), with_servers=True)
    assert shown == detailed[0]
    assert hypervisors.get(ADMIN, HypervisorId("02", 2)).hypervisor.name == "host1.example.org"
    for unknown in (HypervisorId("3", 3), HypervisorId("other"), HypervisorId("2", uuid="2")):
        with pytest.raises(NotFound, match=f"'{unknown.text}'"):
            hypervisors.get(ADMIN, unknown)


def test_hypervisors_are_paged(hypervisors):
    every = HypervisorFilters()
    first = hypervisors.list(ADMIN, every, PageRequest(1))
    assert ([h.hypervisor.number for h in first.items], first.more) == ([1], True)
    for marker in ("1", first.items[0].hypervisor.uuid):
        second = hypervisors.list(ADMIN, every, PageRequest(1, marker))
        assert ([h.hypervisor.number for h in second.items], second.more) == ([2], False)
    with pytest.raises(MarkerNotFound):
        hypervisors.list(ADMIN, every, PageRequest(1, "9"))


def test_hypervisors_are_found_by_a_part_of_their_name(hypervisors):
    assert len(hypervisors.search(ADMIN, "example")) == 2
    assert [h.servers for h in hypervisors.search(ADMIN, "host1.", with_servers=True)] == [()]
    with pytest.raises(NotFound):
        hypervisors.search(ADMIN, "host3")


def test_uptime_needs_a_host_that_is_up(hypervisors):
    assert hypervisors.uptime(ADMIN, HypervisorId("2", 2)).hypervisor.details.uptime == "up 1 day"
    with pytest.raises(Invalid):
        hypervisors.uptime(ADMIN, HypervisorId("1", 1))


def test_statistics_leave_disabled_hosts_out(hypervisors, services, database, make_server):
    with database.write() as tx:
        tx.servers.add(make_server(host="host1", memory_mb=512))
    assert hypervisors.statistics(ADMIN).count == 2
    services.update_by_host(ADMIN, "host2", "nova-compute", ServiceChange(False))
    statistics = hypervisors.statistics(ADMIN)
    assert (statistics.count, statistics.vcpus, statistics.memory_mb) == (1, 8, 8192)
    assert statistics.load.used == Usage(1, 1, 512, 1)


def test_hosts_show_their_resources_and_are_not_restarted(hosts, database, make_server):
    service = Hosts(database, Permissive(), HostSettings(60.0, "nova"))
    with database.write() as tx:
        for project in ("p2", "p1", "p2"):
            tx.servers.add(make_server(host="host1", project_id=project, memory_mb=100))
    assert service.list(ADMIN) == [("host1", "nova"), ("host2", "nova")]
    assert service.list(ADMIN, "other") == []
    shown = service.get(ADMIN, "host1")
    assert shown.used == Usage(3, 3, 300, 3)
    assert shown.by_project == [("p1", Usage(1, 1, 100, 1)), ("p2", Usage(2, 2, 200, 2))]
    for name, error in (("host1", NotSupported), ("host2", Invalid), ("host3", NotFound)):
        for act in (service.update, service.reboot, service.shutdown, service.startup):
            with pytest.raises(error):
                act(ADMIN, name)
