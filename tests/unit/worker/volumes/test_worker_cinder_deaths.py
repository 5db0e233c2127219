"""The volumes of servers while Cinder dies: at each request, before it is done and after it.

A request may also be given up while Cinder lives, and be carried out after all, later.
"""

from contextlib import suppress

import pytest

from computeapi.domain.block_devices import PlannedVolume, Source
from computeapi.domain.errors import VolumesUnreachable
from computeapi.domain.servers import actions
from computeapi.domain.volumes import NewVolumeAttachment
from tests.unit.worker.service_deaths import AFTER, BEFORE, LATE, ServiceDeaths
from tests.unit.worker.volumes.test_worker_volumes import check, check_gone, check_server
from tests.unit.worker.volumes.volume_site import CONTEXT


@pytest.fixture(params=[BEFORE, AFTER, LATE])
def deaths(request, site, monkeypatch) -> ServiceDeaths:
    # What deletes something is harmless when it is late.
    changing = ("/attachments", "/volumes", "/snapshots", "/action")
    deaths = ServiceDeaths(request.param, VolumesUnreachable, changing)
    deaths.die_at_requests(monkeypatch)
    return deaths


@pytest.fixture
def finish(site, deaths):
    """A function that works until nothing is left to do, operations that were put off included."""

    def finish() -> None:
        site.work()
        while unfinished := [o for o in site.db.operations() if o.finished_at is None]:
            site.db.now = max(o.not_before for o in unfinished)
            site.work()
        deaths.carry_out_late()
        for _ in range(2):
            with suppress(VolumesUnreachable):
                site.sweep()

    return finish


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

    deaths.every_request(play)


def test_a_volume_is_attached_by_the_next_request(points, site, deaths, finish):
    """The request that was given up may be done beside the one that was made next."""

    def play(number) -> None:
        site.cinder.reset()
        server_id, volume_id = site.prepare(points), site.cinder.add()
        deaths.begin(number)
        new = NewVolumeAttachment(volume_id)
        if not ask(site.api.attach, server_id, new) and not ask(site.api.attach, server_id, new):
            # The first request is not released before the time is up in which it may go on.
            site.sweep()
            site.api.attach(CONTEXT, server_id, new)
        finish()
        check_server(site, server_id)
        check(site, server_id, volume_id)

    deaths.every_request(play)


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

    deaths.every_request(play)


def test_a_volume_is_moved_by_its_service(points, site, deaths, finish):
    def play(number) -> None:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id)
        copy = site.cinder.migrate(volume_id)
        deaths.begin(number)
        if not ask(site.api.swap, server_id, volume_id, copy):
            finish()
            assert site.plugged(server_id) == [volume_id]
            assert site.cinder.attached(copy) == []
            site.api.swap(CONTEXT, server_id, volume_id, copy)
        finish()
        check_server(site, server_id)
        check(site, server_id, volume_id)
        assert site.cinder.status(copy) == "deleted"

    deaths.every_request(play)


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

    deaths.every_request(play, least=2)


def test_a_volume_is_detached_from_a_server_without_a_host(points, site, deaths, finish):
    def play(number) -> None:
        site.cinder.reset()
        server_id, root = site.booted(points)
        volume_id = site.attached(points, server_id)
        site.accept(actions.SHELVE, server_id, offload=True)
        deaths.begin(number)
        finish()
        check_server(site, server_id, "shelved_offloaded")
        # One that could not be disconnected has two attachments until the server has a host.
        for one in (root, volume_id):
            assert {server for server, _ in site.cinder.attached(one)} == {server_id}
        ask(site.api.detach, server_id, volume_id)
        finish()
        assert site.rows(server_id) == [(root, "attached")]
        assert {server for server, _ in site.cinder.attached(root)} == {server_id}
        assert site.cinder.attached(volume_id) == []
        assert site.cinder.status(volume_id) == "available"

    deaths.every_request(play)


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

    deaths.every_request(play)


@pytest.mark.parametrize("is_deleted_at_once", [True, False])
def test_a_server_is_created_with_volumes(points, site, deaths, finish, is_deleted_at_once):
    """A request that the API gave up makes the server fail; nothing is left of it in the end."""

    def play(number) -> None:
        site.cinder.reset()
        given = site.cinder.add()
        blank = PlannedVolume(Source.BLANK, size_gb=1, delete_on_termination=True)
        deaths.begin(number)
        server_id = site.create(PlannedVolume(Source.VOLUME, given, boot_index=0), blank)
        if not is_deleted_at_once:
            finish()
            server = site.db.server(server_id)
            if server.vm_state == "active":
                check(site, server_id, *site.cinder.volumes)
            else:
                assert (server.vm_state, deaths.died) == ("error", True)
        site.accept(actions.DELETE, server_id)
        finish()
        assert site.db.server(server_id).deleted
        assert (site.rows(server_id), site.cinder.attachments) == ([], {})
        assert [(one["id"], one["status"]) for one in site.cinder.volumes.values()] == [
            (given, "available")
        ]

    deaths.every_request(play)


def test_an_image_is_made_of_volumes(points, site, deaths):
    def play(number) -> None:
        site.cinder.reset()
        server_id, _ = site.booted(points)
        site.attached(points, server_id)
        before = set(site.store_folder.iterdir())
        deaths.begin(number)
        is_made = True
        try:
            site.make_image(server_id)
        except VolumesUnreachable:
            is_made = False
        deaths.carry_out_late()
        for _ in range(2):
            site.sweep_images()
        assert len(site.cinder.snapshots) == (2 if is_made else 0)
        assert (set(site.store_folder.iterdir()) != before) == is_made

    deaths.every_request(play, least=2)
