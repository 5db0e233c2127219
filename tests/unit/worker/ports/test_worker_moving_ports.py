"""The ports of servers that move between hosts: every death of the workers, at every step."""

from dataclasses import replace

import pytest

from computeapi import conf as configuration
from computeapi.domain.server_ports import NewPort
from computeapi.domain.servers import actions
from computeapi.network import neutron_ports
from computeapi.service.servers.ports import port_row
from computeapi.worker.ports import Ports
from computeapi.worker.servers.networking import Networked
from tests.unit.worker.deaths import every_death
from tests.unit.worker.moves.conftest import make_moving, make_sites, prepare  # noqa: F401
from tests.unit.worker.moves.sites import accept, look, work
from tests.unit.worker.ports.test_worker_ports import rows

STORAGE = "two hosts"


@pytest.fixture
def binding(neutron):
    conf = configuration.load()
    for name, value in neutron.options.items():
        conf.set_override(name, value, "neutron")
    binding = neutron_ports.load(conf)
    # It is asked for once; every play of a scenario is to have the same points.
    assert binding._knows_names
    return binding


@pytest.fixture
def sites(db, binding, make_sites):  # noqa: F811
    """Two hosts whose servers have ports."""
    made = make_sites(STORAGE)
    for name, site in made.items():
        steps = site.operations._servers
        site.operations._servers = Networked(steps, site.driver, Ports(db, binding, name))
    return made


@pytest.fixture
def moving(db, binding, sites, points, prepare, neutron, network_id):  # noqa: F811
    """A function that accepts the move of a server with a new port and one that was given."""

    def moving(action) -> str:
        server_id = prepare(sites, STORAGE, action=action)
        with points.calm():
            with db.write() as tx:
                server = replace(tx.servers.get(server_id), interfaces=[])
                tx.servers.save(server)
                given = NewPort(network_id, neutron.port(network_id))
                for position, port in enumerate((NewPort(network_id), given)):
                    tx.server_ports.add(port_row(server, port, position))
            server = Ports(db, binding, "h1").bind_new(server, lambda: None)
            records = sites["h1"].driver._records
            records.write(records.read(server_id) | {"vifs": server.interfaces})
        return server_id

    return moving


def check(db, sites, neutron, server_id, host) -> None:
    """Check that a server is on a host, and that all agree on its two ports there."""
    server, kept = db.server(server_id), rows(db, server_id)
    assert (server.host, server.vm_state, server.task_state) == (host, "active", None)
    ports = [port for port in neutron.ports if port["device_id"] == server_id]
    assert {port["id"] for port in ports} == {port.port_id for port in kept}
    assert [port.is_own for port in kept] == [True, False]
    assert {(port["binding:host_id"], port["binding:vif_type"]) for port in ports} == {
        (host, "ovs")
    }
    cards = [port.port_id for port in kept]
    assert [card["port_id"] for card in server.interfaces] == cards
    record = sites[host].driver._records.read(server_id)
    assert [vif["port_id"] for vif in record["vifs"]] == cards


@pytest.mark.parametrize(
    ("ending", "host"), [(actions.CONFIRM_RESIZE, "h2"), (actions.REVERT_RESIZE, "h1")]
)
def test_a_server_is_resized(db, sites, neutron, points, moving, ending, host):
    def play() -> int:
        server_id = moving(actions.RESIZE)
        died = work(db, sites)
        with points.calm():
            accept(db, server_id, ending, "h1")
        died += work(db, sites) + look(db, sites)
        check(db, sites, neutron, server_id, host)
        return died

    every_death(points, play)


@pytest.mark.parametrize(("host", "failing"), [("h1", "pack"), ("h2", "rebuild")])
def test_a_migration_that_fails(db, sites, neutron, points, moving, host, failing):
    sites[host].driver.control(fail=[failing])

    def play() -> int:
        server_id = moving(actions.MIGRATE)
        died = work(db, sites) + look(db, sites)
        check(db, sites, neutron, server_id, "h1")
        return died

    every_death(points, play, least=5)


def test_a_guest_goes_on_at_the_other_host(db, sites, neutron, points, moving):
    def play() -> int:
        server_id = moving(actions.LIVE_MIGRATE)
        died = work(db, sites) + look(db, sites)
        check(db, sites, neutron, server_id, "h2")
        return died

    every_death(points, play, least=5)


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("action", [actions.MIGRATE, actions.LIVE_MIGRATE])
def test_a_server_whose_port_is_gone(
    db, sites, binding, neutron, moving, action, is_known, position
):
    server_id = moving(action)
    gone, left = rows(db, server_id)[position], rows(db, server_id)[1 - position]
    neutron.remove("ports", gone.port_id)
    if is_known:
        Ports(db, binding, "h1").refresh_all()
    work(db, sites)
    look(db, sites)
    server = db.server(server_id)
    assert (server.host, server.task_state, server.fault) == ("h2", None, None)
    assert [card["port_id"] for card in server.interfaces] == [left.port_id]
    (port,) = [port for port in neutron.ports if port["device_id"] == server_id]
    assert (port["id"], port["binding:host_id"]) == (left.port_id, "h2")


def test_a_server_that_moves_is_deleted(db, sites, neutron, points, moving):
    def play() -> int:
        server_id = moving(actions.MIGRATE)
        died = work(db, sites)
        with points.calm():
            accept(db, server_id, actions.DELETE, "h1")
        died += work(db, sites) + look(db, sites)
        assert db.server(server_id).deleted
        assert rows(db, server_id) == []
        assert [port for port in neutron.ports if port["device_id"] == server_id] == []
        return died

    every_death(points, play, least=5)
