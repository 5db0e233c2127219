"""The ports of servers while Neutron dies: at each request, before, in the middle and after it.

A request to make something may also be carried out when its sender has given it up long ago.
"""

from contextlib import suppress

import pytest

from computeapi.domain.errors import NetworkUnreachable
from computeapi.domain.server_ports import NewPort
from computeapi.domain.servers import actions, attaching
from computeapi.peer import Peer
from tests.unit.worker.ports.test_worker_ports import (
    check_connected,
    check_gone,
    keep_row,
    rows,
)

#: A request is lost; or it is done, and the answer is lost; or a port is noted and not bound; or a
#: port is made when all else has ended.
BEFORE, AFTER, AMID, LATE = "before", "after", "amid", "late"


class Deaths:
    """Neutron, which dies once at a request and is there again when it is asked next.

    :ivar fatal: the number of the request; None for none.
    :ivar died: whether it has died.
    :ivar late: carries out what is left of the request.
    """

    def __init__(self, neutron, send, moment) -> None:
        self._neutron = neutron
        self._send = send
        self._moment = moment
        self.begin(None)

    def begin(self, fatal) -> None:
        self.asked, self.fatal, self.died = 0, fatal, False
        self.late = lambda: None

    def send(self, *arguments, **named):
        self.asked += 1
        if self.asked != self.fatal:
            return self._send(*arguments, **named)
        self.died = True
        if self._moment == LATE and "POST" in arguments:
            self.late = lambda: self._send(*arguments, **named)
        elif self._moment in (AMID, AFTER):
            self._neutron.binds = self._moment == AFTER
            self._send(*arguments, **named)
            self._neutron.binds = True
        raise NetworkUnreachable("The network service does not answer.")


@pytest.fixture(params=[BEFORE, AMID, AFTER, LATE])
def deaths(request, site, neutron, monkeypatch) -> Deaths:
    deaths = Deaths(neutron, Peer.send, request.param)
    monkeypatch.setattr(Peer, "send", deaths.send)
    return deaths


@pytest.fixture
def work(db, site, deaths):
    """A function that works until nothing is left to do, operations that were put off included."""

    def work() -> None:
        site.work()
        while unfinished := [o for o in db.operations() if o.finished_at is None]:
            db.now = max(o.not_before for o in unfinished)
            site.work()
        deaths.late()
        for look in 2 * [site.ports.release_abandoned, site.ports.release_strays]:
            with suppress(NetworkUnreachable):
                look()

    return work


def every_request(deaths, play) -> None:
    """Play a scenario once for each of its requests to Neutron, at which it dies."""
    number = 0
    while True:
        deaths.begin(None)
        number += 1
        play(number)
        if not deaths.died:
            break
    assert number > 3


def test_a_server_is_created(db, site, neutron, deaths, work, new_server):
    def play(number) -> None:
        server_id = new_server()
        deaths.begin(number)
        work()
        check_connected(db, site, neutron, server_id)

    every_request(deaths, play)


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

    every_request(deaths, play)


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

    every_request(deaths, play)


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

    every_request(deaths, play)
