"""Ports that are gone in Neutron: their servers' guests lose the network cards."""

from datetime import timedelta

import pytest

from computeapi.domain.servers import actions
from tests.unit.worker.deaths import every_death
from tests.unit.worker.ports.test_worker_ports import check_gone, rows


def mark_stale(db, port) -> None:
    with db.write() as tx:
        assert tx.server_ports.mark_stale(port.server_id, port.port_id)


def look(site) -> int:
    """Look after the ports, as a worker does at intervals; return how often it died meanwhile."""
    died = 0
    while True:
        try:
            site.ports.refresh_stale()
            site.ports.refresh_all()
            return died
        except SystemExit:
            died += 1


def cards(site, server_id):
    return [vif["port_id"] for vif in site.record(server_id)["vifs"]]


def check_lost(db, site, server_id, staying, state="active") -> None:
    """Check that a server has one port left, and that all agree on that."""
    server = db.server(server_id)
    assert cards(site, server_id) == [staying.port_id]
    assert [port.id for port in rows(db, server_id)] == [staying.id]
    assert [card["port_id"] for card in server.interfaces] == [staying.port_id]
    assert (server.vm_state, server.task_state) == (state, None)


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("is_told", [False, True])
def test_the_guest_loses_the_card_whatever_dies(
    db,
    site,
    neutron,
    points,
    active,
    position,
    is_told,
):
    def play() -> int:
        with points.spared():
            server_id = active()
            staying, gone = rows(db, server_id)[1 - position], rows(db, server_id)[position]
            neutron.remove("ports", gone.port_id)
            if is_told:
                mark_stale(db, gone)
        died = look(site) + site.work() + look(site) + site.work()
        check_lost(db, site, server_id, staying)
        with points.calm():
            count = len(db.operations())
            look(site)
            assert len(db.operations()) == count
        return died

    every_death(points, play, least=6)


def test_a_busy_server_loses_the_card_when_it_is_idle(
    db,
    site,
    neutron,
    points,
    active,
):
    def play() -> int:
        with points.spared():
            server_id = active()
            gone, staying = rows(db, server_id)
            site.accept(actions.STOP, server_id)
            neutron.remove("ports", gone.port_id)
            mark_stale(db, gone)
        died = look(site)
        with points.calm():
            assert gone.port_id in cards(site, server_id)
            neutron.asked.clear()
            site.ports.refresh_stale()
            assert neutron.asked == []
        died += site.work() + look(site) + site.work()
        check_lost(db, site, server_id, staying, "stopped")
        return died

    every_death(points, play, least=6)


@pytest.mark.parametrize("state", ["suspended", "error", "shelved"])
def test_a_card_stays_in_a_guest_that_cannot_lose_it_now(db, site, neutron, active, state):
    server_id = active()
    gone, staying = rows(db, server_id)

    def put(vm_state) -> None:
        with db.write() as tx:
            server = tx.servers.get(server_id)
            server.vm_state = vm_state
            tx.servers.save(server)

    put(state)
    neutron.remove("ports", gone.port_id)
    look(site)
    site.work()
    assert gone.port_id in cards(site, server_id)
    put("active")
    look(site)
    site.work()
    check_lost(db, site, server_id, staying)


@pytest.mark.parametrize("state", ["paused", "stopped", "rescued", "resized"])
def test_a_card_leaves_in_other_states(db, site, neutron, active, state):
    server_id = active()
    gone, staying = rows(db, server_id)
    with db.write() as tx:
        server = tx.servers.get(server_id)
        server.vm_state = state
        tx.servers.save(server)
    neutron.remove("ports", gone.port_id)
    look(site)
    site.work()
    check_lost(db, site, server_id, staying, state)


def test_a_guest_that_keeps_the_card_is_asked_again(db, site, neutron, active):
    server_id = active()
    gone, staying = rows(db, server_id)
    neutron.remove("ports", gone.port_id)
    site.driver.control(fail=["unplug_vif"])

    def attempts() -> int:
        look(site)
        site.work()
        return sum(one.action == "detach_interface" for one in db.operations())

    assert [attempts(), attempts()] == [1, 1]
    assert (db.server(server_id).vm_state, db.server(server_id).fault) == ("active", None)
    site.accept(actions.STOP, server_id)
    site.work()
    assert [attempts(), attempts()] == [2, 2]
    site.driver.control(fail=[])
    db.now += timedelta(hours=2)
    assert attempts() == 3
    check_lost(db, site, server_id, staying, "stopped")


def test_guests_keep_their_cards_when_neutron_has_lost_all(db, site, neutron, active):
    """A port that no event told of is gone for sure only where its network is still known."""
    server_id = active()
    before = cards(site, server_id)
    networks, ports = dict(neutron.kept["networks"]), dict(neutron.kept["ports"])
    neutron.kept["networks"].clear(), neutron.kept["ports"].clear()
    for _again in range(2):
        look(site)
        site.work()
    assert (cards(site, server_id), db.server(server_id).interfaces) == (before, [])
    neutron.kept["networks"].update(networks), neutron.kept["ports"].update(ports)
    look(site)
    site.work()
    assert [card["port_id"] for card in db.server(server_id).interfaces] == before
    assert cards(site, server_id) == before


def test_a_server_is_deleted_while_it_loses_a_card(db, site, neutron, active):
    server_id = active()
    neutron.remove("ports", rows(db, server_id)[0].port_id)
    look(site)
    site.accept(actions.DELETE, server_id)
    site.work()
    look(site)
    check_gone(db, site, neutron, server_id)
