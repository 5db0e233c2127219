"""The volumes of servers while Cinder dies: at each request, before it is done and after it."""

from contextlib import suppress

import pytest

from computeapi.domain.errors import VolumesUnreachable
from computeapi.domain.servers import actions
from computeapi.domain.volumes import NewVolumeAttachment
from computeapi.peer import Peer
from tests.unit.worker.volumes.test_worker_volumes import check, check_gone, check_server
from tests.unit.worker.volumes.volume_site import CONTEXT


class Deaths:
    """Cinder, which dies once at a request and is there again when it is asked next.

    :ivar fatal: the number of the request; None for none. :ivar died: whether it has died.
    """

    def __init__(self, is_done: bool) -> None:
        self._is_done = is_done
        self._send = Peer.send
        self.begin(None)

    def begin(self, fatal) -> None:
        self.asked, self.fatal, self.died = 0, fatal, False

    def send(self, *arguments, **named):
        self.asked += 1
        if self.asked != self.fatal:
            return self._send(*arguments, **named)
        self.died = True
        if self._is_done:
            self._send(*arguments, **named)
        raise VolumesUnreachable("The volume service does not answer.")


@pytest.fixture(params=["before", "after"])
def deaths(request, site, monkeypatch) -> Deaths:
    deaths = Deaths(request.param == "after")

    def send(peer, *arguments, **named):
        return deaths.send(peer, *arguments, **named)

    monkeypatch.setattr(Peer, "send", send)
    return deaths


@pytest.fixture
def finish(site):
    """A function that works until nothing is left to do, operations that were put off included."""

    def finish() -> None:
        site.work()
        while unfinished := [o for o in site.db.operations() if o.finished_at is None]:
            site.db.now = max(o.not_before for o in unfinished)
            site.work()
        for _ in range(2):
            with suppress(VolumesUnreachable):
                site.sweep()

    return finish


def every_request(deaths, play, least=3) -> None:
    """Play a scenario once for each of its requests to Cinder, at which it dies.

    :param least: it has as many requests as these, or more.
    """
    number = 0
    while True:
        deaths.begin(None)
        number += 1
        play(number)
        if not deaths.died:
            break
    assert number > least


def ask(call, *arguments) -> bool:
    """Send a request to the API, again after one that Cinder did not answer; return whether the
    first one succeeded.
    """
    try:
        call(CONTEXT, *arguments)
    except VolumesUnreachable:
        return False
    return True


def test_a_volume_is_attached(points, site, deaths, finish):
    def play(number) -> None:
        site.cinder.reset()
        server_id, volume_id = site.prepare(points), site.cinder.add()
        deaths.begin(number)
        if not ask(site.api.attach, server_id, NewVolumeAttachment(volume_id)):
            finish()
            check(site, server_id)
            site.api.attach(CONTEXT, server_id, NewVolumeAttachment(volume_id))
        finish()
        check_server(site, server_id)
        check(site, server_id, volume_id)

    every_request(deaths, play)


def test_a_volume_is_detached(points, site, deaths, finish):
    def play(number) -> None:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id)
        deaths.begin(number)
        if not ask(site.api.detach, server_id, volume_id):
            finish()
            check(site, server_id, volume_id)
            site.api.detach(CONTEXT, server_id, volume_id)
        finish()
        check_server(site, server_id)
        check(site, server_id)

    every_request(deaths, play)


def test_volumes_are_swapped(points, site, deaths, finish):
    def play(number) -> None:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id, other = site.attached(points, server_id), site.cinder.add()
        deaths.begin(number)
        if not ask(site.api.swap, server_id, volume_id, other):
            finish()
            check(site, server_id, volume_id)
            site.api.swap(CONTEXT, server_id, volume_id, other)
        finish()
        check_server(site, server_id)
        check(site, server_id, other)

    every_request(deaths, play)


@pytest.mark.parametrize("delete", [True, False])
def test_a_server_is_deleted(points, site, deaths, finish, delete):
    def play(number) -> None:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id, delete_on_termination=delete)
        site.accept(actions.DELETE, server_id)
        deaths.begin(number)
        finish()
        check_gone(site, server_id, volume_id, delete)

    every_request(deaths, play, least=2)


def test_a_volume_is_detached_from_a_server_without_a_host(points, site, deaths, finish):
    def play(number) -> None:
        site.cinder.reset()
        server_id, root = site.booted(points)
        volume_id = site.attached(points, server_id)
        site.accept(actions.SHELVE, server_id, offload=True)
        deaths.begin(number)
        finish()
        check_server(site, server_id, "shelved_offloaded")
        ask(site.api.detach, server_id, volume_id)
        finish()
        assert site.rows(server_id) == [(root, "attached")]
        assert site.cinder.attached(volume_id) == []
        assert site.cinder.status(volume_id) == "available"

    every_request(deaths, play)


def test_a_server_that_boots_from_a_volume_is_shelved_and_unshelved(points, site, deaths, finish):
    def play(number) -> None:
        site.cinder.reset()
        server_id, volume_id = site.booted(points)
        site.accept(actions.SHELVE, server_id, offload=True)
        deaths.begin(number)
        finish()
        check_server(site, server_id, "shelved_offloaded")
        site.accept(actions.UNSHELVE, server_id)
        finish()
        check_server(site, server_id)
        check(site, server_id, volume_id)

    every_request(deaths, play)
