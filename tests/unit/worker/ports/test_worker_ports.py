"""The ports of servers: every death of the worker, at every step, and every failure."""

from dataclasses import replace

import pytest

from computeapi.domain.server_ports import NewPort
from computeapi.domain.servers import actions, attaching
from computeapi.service.servers.ports import port_row
from computeapi.virt.driver import GuestNotFound
from tests.unit.worker.deaths import every_death, every_moment


def rows(db, server_id):
    with db.read() as tx:
        return tx.server_ports.of_server(server_id)


def check_connected(db, site, neutron, server_id) -> None:
    """Check that a server has its two ports, and that all agree on them."""
    server, kept = db.server(server_id), rows(db, server_id)
    ports = [port for port in neutron.ports if port["device_id"] == server_id]
    assert {port.port_id for port in kept} == {port["id"] for port in ports}
    assert [port.is_own for port in kept] == [True, False]
    assert {port["binding:host_id"] for port in ports} == {"h1"}
    cards = [port.port_id for port in kept]
    assert [card["port_id"] for card in server.interfaces] == cards
    assert [vif["port_id"] for vif in site.record(server_id)["vifs"]] == cards
    shown = [one["addr"] for one in server.addresses["private"]]
    assert sorted(shown) == sorted(ip["ip_address"] for p in ports for ip in p["fixed_ips"])
    assert server.vm_state == "active"


def check_gone(db, site, neutron, server_id) -> None:
    """Check that nothing of a deleted server is left, and that the given port is free."""
    assert db.server(server_id).deleted
    assert rows(db, server_id) == []
    with pytest.raises(GuestNotFound):
        site.driver.guest(server_id)
    assert [port["id"] for port in neutron.ports if port["device_id"] == server_id] == []


def test_a_server_is_created_whatever_dies(db, site, neutron, points, new_server):
    def play() -> int:
        server_id = new_server()
        died = site.work()
        check_connected(db, site, neutron, server_id)
        return died

    every_death(points, play)


def test_a_server_is_deleted_whatever_dies(db, site, neutron, points, active):
    def play() -> int:
        with points.spared():
            server_id = active()
            given = rows(db, server_id)[1].port_id
            site.accept(actions.DELETE, server_id)
        died = site.work()
        check_gone(db, site, neutron, server_id)
        assert neutron.kept["ports"][given]["binding:host_id"] == ""
        return died

    every_death(points, play, least=5)


def test_a_server_is_deleted_at_every_moment_of_its_creation(db, site, neutron, points, new_server):
    new_server()
    points.passed = 0
    assert site.work() == 0
    count = points.passed
    for number in range(1, count + 1):
        server_id = new_server()
        points.passed = 0

        def delete(server_id=server_id, number=number) -> None:
            if points.passed == number:
                points.before = None
                site.accept(actions.DELETE, server_id)

        points.before = delete
        site.work()
        points.before = None
        check_gone(db, site, neutron, server_id)


def test_a_server_that_cannot_be_created_leaves_no_port(db, site, neutron, points, new_server):
    site.driver.control(fail=["spawn"])

    def play() -> int:
        server_id = new_server()
        died = site.work()
        server = db.server(server_id)
        assert (server.vm_state, server.interfaces, server.addresses) == ("error", [], {})
        assert rows(db, server_id) == []
        assert [port for port in neutron.ports if port["device_id"]] == []
        return died

    every_death(points, play)


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"port_quota": 0}, 403, "Maximum number of ports exceeded"),
        ({"unbindable": {"h1"}}, 500, "Binding failed"),
        ({"vif_type": "hw_veb"}, 500, "vif_type is hw_veb"),
    ],
)
def test_a_port_cannot_be_had(db, site, neutron, new_server, change, code, message):
    server_id = new_server()
    for name, value in change.items():
        setattr(neutron, name, value)
    site.work()
    server = db.server(server_id)
    assert (server.vm_state, server.fault.code) == ("error", code)
    assert message in server.fault.message
    assert [port for port in neutron.ports if port["device_id"]] == []


def test_a_given_port_that_is_gone_before_it_is_bound(db, site, neutron, new_server):
    server_id = new_server()
    neutron.remove("ports", rows(db, server_id)[1].port_id)
    site.work()
    server = db.server(server_id)
    assert (server.vm_state, server.fault.code) == ("error", 404)
    assert neutron.ports == []


def test_neutron_is_waited_for(db, site, neutron, new_server):
    server_id = new_server()
    neutron.status = 503
    site.work()
    assert db.server(server_id).vm_state == "building"
    neutron.status = None
    db.now = db.operations()[-1].not_before
    site.work()
    check_connected(db, site, neutron, server_id)


def test_a_delete_does_not_wait_for_neutron(db, site, neutron, new_server):
    server_id = new_server()
    site.work()
    neutron.status = 503
    site.accept(actions.DELETE, server_id)
    site.work()
    assert db.server(server_id).deleted
    assert len(rows(db, server_id)) == 2
    neutron.status = None
    site.ports.release_abandoned()
    check_gone(db, site, neutron, server_id)


def test_the_ports_of_a_server_that_was_deleted_without_its_host(db, site, neutron, new_server):
    server_id = new_server()
    site.work()
    other = new_server()
    site.work()
    with db.write() as tx:
        server = tx.servers.get(server_id)
        server.mark_deleted(db.now)
        tx.servers.save(server)
    site.ports.release_abandoned()
    assert rows(db, server_id) == []
    check_connected(db, site, neutron, other)


def test_ports_that_no_row_knows(db, site, neutron, network_id, new_server):
    server_id = new_server()
    site.work()
    site.accept(actions.DELETE, server_id)
    site.work()
    unknown = "99999999-0000-4000-8000-000000000000"
    marked = {"description": "computeapi:x", "binding:host_id": "h1"}
    neutron.port(network_id, device_id=server_id, **marked)
    kept = neutron.port(network_id, device_id=unknown, **marked)
    site.ports.release_strays()
    assert [port["id"] for port in neutron.ports if port["device_id"]] == [kept]


def test_a_second_port_of_a_row(db, site, neutron, network_id, new_server):
    """Neutron made it after the worker had given the request up."""
    server_id = new_server()
    own, given = rows(db, server_id)
    another = {"binding:host_id": "h1", "device_id": server_id}
    early = neutron.port(network_id, description="computeapi:of-an-interface", **another)
    site.ports.release_strays()
    assert early in neutron.kept["ports"]
    site.work()
    late = neutron.port(network_id, description=f"computeapi:{own.id}", **another)
    foreign = neutron.port(network_id, description="of the user's own", **another)
    # It was made for another server once.
    neutron.kept["ports"][given.port_id]["description"] = "computeapi:another-row"
    site.ports.release_strays()
    assert not {early, late} & neutron.kept["ports"].keys()
    neutron.remove("ports", foreign)
    check_connected(db, site, neutron, server_id)


def test_changes_of_ports_are_noted(db, site, neutron, new_server):
    server_id = new_server()
    site.work()
    port_id = rows(db, server_id)[0].port_id
    neutron.floating("203.0.113.5")
    (floating,) = neutron.kept["floatingips"].values()
    fixed = neutron.kept["ports"][port_id]["fixed_ips"][0]["ip_address"]
    floating.update(port_id=port_id, fixed_ip_address=fixed)
    site.ports.refresh_stale()
    assert len(db.server(server_id).addresses["private"]) == 2
    with db.write() as tx:
        assert tx.server_ports.mark_stale(server_id, port_id)
        assert not tx.server_ports.mark_stale(server_id, "other")
    site.ports.refresh_stale()
    shown = [(one["addr"], one["type"]) for one in db.server(server_id).addresses["private"]]
    assert shown[:2] == [(fixed, "fixed"), ("203.0.113.5", "floating")]
    assert not any(port.is_stale for port in rows(db, server_id))
    floating.update(port_id=None, fixed_ip_address=None)
    site.ports.refresh_all()
    assert len(db.server(server_id).addresses["private"]) == 2


def test_a_row_that_is_gone_takes_no_port(db, site, neutron, new_server):
    server_id = new_server()
    own = rows(db, server_id)[0]
    site.work()
    made = neutron.kept["ports"][rows(db, server_id)[0].port_id]
    lost = replace(own, id="another-row")
    with pytest.raises(Exception, match="no longer needed"):
        site.ports._keep(lost, replace(rows(db, server_id)[0].bound, port_id=made["id"]))
    assert made["id"] not in neutron.kept["ports"]


def keep_row(db, server_id, port):
    """Keep a port that a server is to get, and return its row."""
    with db.write() as tx:
        row = port_row(tx.servers.get(server_id), port, 9)
        tx.server_ports.add(row)
    return row.id


@pytest.mark.parametrize("is_given", [False, True])
def test_an_interface_is_attached_whatever_dies(
    db, site, neutron, points, network_id, active, is_given
):
    def play() -> int:
        with points.spared():
            server_id = active()
            given = neutron.port(network_id) if is_given else None
            row = keep_row(db, server_id, NewPort(network_id, given))
            site.accept(attaching.ATTACH_INTERFACE, server_id, row=row)
        died = site.work()
        kept = rows(db, server_id)
        held = [port["id"] for port in neutron.ports if port["device_id"] == server_id]
        assert sorted(held) == sorted(port.port_id for port in kept)
        assert len(held) == 3
        found = [vif["port_id"] for vif in site.record(server_id)["vifs"]]
        assert found == [port.port_id for port in kept]
        assert db.server(server_id).vm_state == "active"
        return died

    every_death(points, play, least=5)


def test_an_interface_that_cannot_be_plugged_is_taken_back(
    db, site, neutron, points, network_id, active
):
    def play() -> int:
        with points.spared():
            site.driver.control(fail=[])
            server_id = active()
            row = keep_row(db, server_id, NewPort(network_id))
            site.accept(attaching.ATTACH_INTERFACE, server_id, row=row)
            site.driver.control(fail=["plug_vif"])
        died = site.work()
        check_connected(db, site, neutron, server_id)
        return died

    every_death(points, play, least=5)


@pytest.mark.parametrize("position", [0, 1])
def test_an_interface_is_detached_whatever_dies(db, site, neutron, points, active, position):
    def play() -> int:
        with points.spared():
            server_id = active()
            leaving, staying = rows(db, server_id)[position], rows(db, server_id)[1 - position]
            site.accept(attaching.DETACH_INTERFACE, server_id, port_id=leaving.port_id)
        died = site.work()
        held = [port["id"] for port in neutron.ports if port["device_id"] == server_id]
        assert held == [staying.port_id]
        assert (leaving.port_id in neutron.kept["ports"]) == (not leaving.is_own)
        assert [port.id for port in rows(db, server_id)] == [staying.id]
        assert [vif["port_id"] for vif in site.record(server_id)["vifs"]] == held
        return died

    every_death(points, play, least=4)


@pytest.mark.parametrize("action", [attaching.ATTACH_INTERFACE, attaching.DETACH_INTERFACE])
def test_a_server_is_deleted_while_an_interface_is_changed(
    db, site, neutron, points, network_id, active, action
):
    """The delete is accepted at each point; at every second one, the worker dies at the next."""

    def play(moment) -> None:
        with points.calm():
            server_id = active()
            params = {"port_id": rows(db, server_id)[0].port_id}
            if action == attaching.ATTACH_INTERFACE:
                params = {"row": keep_row(db, server_id, NewPort(network_id))}
            site.accept(action, server_id, **params)
        with points.interrupted(moment, lambda: site.accept(actions.DELETE, server_id)):
            site.work()
        site.work()
        site.ports.release_strays()
        check_gone(db, site, neutron, server_id)

    every_moment(points, play, least=3)


def test_a_port_that_is_gone_is_shown_no_more(db, site, neutron, active):
    server_id = active()
    own, given = rows(db, server_id)
    neutron.remove("ports", own.port_id)
    site.ports.refresh_all()
    assert [card["port_id"] for card in db.server(server_id).interfaces] == [given.port_id]
    neutron.asked.clear()
    site.ports.refresh_stale()
    assert neutron.asked == []
