"""The ports of servers while Neutron dies: at each request, before, in the middle and after it.

A request to make something may also be carried out when its sender has given it up long ago.
"""

from contextlib import contextmanager, suppress

import pytest

from computeapi.domain.errors import NetworkUnreachable
from computeapi.domain.server_ports import NewPort
from computeapi.domain.servers import actions, attaching
from tests.unit.worker.ports.test_worker_ports import (
    check_connected,
    check_gone,
    keep_row,
    rows,
)
from tests.unit.worker.service_deaths import AFTER, AMID, BEFORE, LATE, ServiceDeaths


@pytest.fixture(params=[BEFORE, AMID, AFTER, LATE])
def deaths(request, site, neutron, monkeypatch) -> ServiceDeaths:
    @contextmanager
    def in_part():
        """Note ports, and do not bind them."""
        neutron.binds = False
        yield
        neutron.binds = True

    deaths = ServiceDeaths(request.param, NetworkUnreachable, ("/ports",), in_part)
    deaths.die_at_requests(monkeypatch)
    return deaths


@pytest.fixture
def work(db, site, deaths):
    """A function that works until nothing is left to do, operations that were put off included."""

    def work() -> None:
        site.work()
        while unfinished := [o for o in db.operations() if o.finished_at is None]:
            db.now = max(o.not_before for o in unfinished)
            site.work()
        deaths.carry_out_late()
        for look in 2 * [site.ports.release_abandoned, site.ports.release_strays]:
            with suppress(NetworkUnreachable):
                look()

    return work


def test_a_server_is_created(db, site, neutron, deaths, work, new_server):
    def play(number) -> None:
        server_id = new_server()
        deaths.begin(number)
        work()
        check_connected(db, site, neutron, server_id)

    deaths.every_request(play)


@pytest.mark.parametrize("is_given", [False, True])
def test_an_interface_is_attached(
    db, site, neutron, network_id, deaths, work, new_server, is_given
):
    def play(number) -> None:
        server_id = new_server()
        site.work()
        given = neutron.port(network_id) if is_given else None
        row = keep_row(db, server_id, NewPort(network_id, given))
        site.accept(attaching.ATTACH_INTERFACE, server_id, row=row)
        deaths.begin(number)
        work()
        kept = rows(db, server_id)
        held = [port for port in neutron.ports if port["device_id"] == server_id]
        assert sorted(port["id"] for port in held) == sorted(port.port_id for port in kept)
        assert {port["binding:vif_type"] for port in held} == {"ovs"}
        assert len(held) == 3
        found = [vif["port_id"] for vif in site.record(server_id)["vifs"]]
        assert found == [port.port_id for port in kept]

    deaths.every_request(play)


@pytest.mark.parametrize("position", [0, 1])
def test_an_interface_is_detached(db, site, neutron, deaths, work, new_server, position):
    def play(number) -> None:
        server_id = new_server()
        site.work()
        leaving, staying = rows(db, server_id)[position], rows(db, server_id)[1 - position]
        site.accept(attaching.DETACH_INTERFACE, server_id, port_id=leaving.port_id)
        deaths.begin(number)
        work()
        held = [port["id"] for port in neutron.ports if port["device_id"] == server_id]
        assert held == [staying.port_id] == [port.port_id for port in rows(db, server_id)]
        assert (leaving.port_id in neutron.kept["ports"]) == (not leaving.is_own)
        assert [vif["port_id"] for vif in site.record(server_id)["vifs"]] == held

    deaths.every_request(play)


def test_a_server_is_deleted(db, site, neutron, deaths, work, new_server):
    def play(number) -> None:
        server_id = new_server()
        site.work()
        given = rows(db, server_id)[1].port_id
        site.accept(actions.DELETE, server_id)
        deaths.begin(number)
        work()
        check_gone(db, site, neutron, server_id)
        assert neutron.kept["ports"][given]["binding:host_id"] == ""

    deaths.every_request(play)
