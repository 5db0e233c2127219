"""Volumes of servers: every death of the API and of the worker, at every step."""

import pytest

from computeapi.domain.errors import Invalid
from computeapi.domain.servers import actions, attaching
from tests.unit.worker.deaths import every_death, every_moment


def check(site, server_id, *volume_ids) -> None:
    """Check that hypervisor, volume service and database agree on the volumes of a server."""
    attached = sorted((volume_id, "attached") for volume_id in volume_ids)
    assert sorted(site.plugged(server_id)) == sorted(volume_ids)
    assert sorted(site.rows(server_id)) == attached
    kept = [(one["volume_id"], one["status"]) for one in site.cinder.attachments.values()]
    assert sorted(kept) == attached
    for volume_id, volume in site.cinder.volumes.items():
        assert volume["status"] == ("in-use" if volume_id in volume_ids else "available")


def check_server(site, server_id, vm_state="active") -> None:
    server = site.db.server(server_id)
    assert (server.vm_state, server.task_state) == (vm_state, None)
    with site.db.read() as tx:
        assert tx.operations.unfinished(server_id) == []


def test_a_volume_is_attached_whoever_dies(points, site):
    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = site.prepare(points), site.cinder.add()
        died = site.attach(server_id, volume_id) + site.work() + site.sweep()
        check_server(site, server_id)
        if site.plugged(server_id):
            check(site, server_id, volume_id)
        else:
            # Its API died before the operation was accepted.
            assert died == 1
            check(site, server_id)
            points.fatal = None
            assert site.attach(server_id, volume_id) == 0
            site.work()
            check(site, server_id, volume_id)
        return died

    every_death(points, play, least=9)


def test_a_volume_is_detached_whoever_dies(points, site):
    def play() -> int:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id)
        died = site.detach(server_id, volume_id)
        if died:
            points.fatal = None
            site.detach(server_id, volume_id)
        died += site.work() + site.sweep()
        check_server(site, server_id)
        check(site, server_id)
        return died

    every_death(points, play, least=5)


@pytest.mark.parametrize("failing", [None, "swap"])
def test_a_volume_is_moved_by_its_service_whoever_dies(points, site, failing):
    def play() -> int:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id)
        copy = site.cinder.migrate(volume_id)
        site.driver.control(fail=[failing] if failing else [])
        died = site.swap(server_id, volume_id, copy)
        if site.db.operations()[-1].action == "swap_volume":
            died += site.work() + site.sweep()
            # The copy has the id of the volume now, or is deleted.
            assert copy not in site.cinder.volumes
            assert site.cinder.volumes[volume_id].get("moved", 0) == (0 if failing else 1)
        else:
            # Its API died before the operation was accepted: Cinder deletes the copy.
            died += site.sweep()
            del site.cinder.volumes[copy]
        site.driver.control(fail=[])
        check_server(site, server_id)
        check(site, server_id, volume_id)
        return died

    every_death(points, play, least=8)


def test_a_volume_that_fails_is_released_whoever_dies(points, site):
    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = site.prepare(points), site.cinder.add()
        site.driver.control(fail=["plug"])
        died = site.attach(server_id, volume_id) + site.work() + site.sweep()
        site.driver.control(fail=[])
        check_server(site, server_id)
        check(site, server_id)
        return died

    every_death(points, play, least=8)


def size_of(site, server_id, volume_id) -> int:
    """Return the size of a volume in its guest, GiB."""
    return site.driver._records.read(server_id)["sizes"].get(volume_id, 0) >> 30


def grown(points, site) -> tuple[str, str]:
    """Make a server with a volume that the volume service has made larger; return both ids."""
    server_id = site.prepare(points)
    volume_id = site.attached(points, server_id)
    site.cinder.volumes[volume_id]["size"] = 3
    return server_id, volume_id


def extend(points, site, server_id) -> None:
    """Accept the report that the volume of a server has grown."""
    with points.calm():
        (device,) = site.devices_of(server_id)
        site.accept(attaching.EXTEND_VOLUME, server_id, device=device.id)


@pytest.mark.parametrize("action", [None, actions.REBOOT, actions.STOP, actions.SUSPEND])
def test_a_guest_sees_that_a_volume_has_grown_whoever_dies(points, site, action):
    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = grown(points, site)
        if action is not None:
            with points.calm():
                site.accept(action, server_id, type="HARD")
        extend(points, site, server_id)
        died = site.work() + site.sweep()
        state = {actions.STOP: "stopped", actions.SUSPEND: "suspended"}.get(action, "active")
        check_server(site, server_id, state)
        check(site, server_id, volume_id)
        assert size_of(site, server_id, volume_id) == 3
        return died

    every_death(points, play, least=2)


def test_a_guest_that_is_started_sees_that_a_volume_has_grown_whoever_dies(points, site):
    """The report of the volume service was lost."""

    def play() -> int:
        site.cinder.reset()
        server_id, volume_id = grown(points, site)
        with points.calm():
            site.accept(actions.HARD_REBOOT, server_id, type="HARD")
        died = site.work() + site.sweep()
        check_server(site, server_id)
        assert size_of(site, server_id, volume_id) == 3
        return died

    every_death(points, play, least=2)


def test_a_volume_that_cannot_grow_is_tried_again_behind_what_waits(points, site):
    server_id, volume_id = grown(points, site)
    site.driver.control(fail=["extend"])
    extend(points, site, server_id)
    site.work()
    assert site.db.operations()[-1].state == "queued"
    site.accept(actions.STOP, server_id)
    site.work()
    # The server is stopped, and the volume is tried again later.
    assert site.db.server(server_id).vm_state == "stopped"
    (waiting,) = [one for one in site.db.operations() if one.finished_at is None]
    assert (waiting.action, waiting.vm_state_before) == ("extend_volume", "active")
    site.driver.control(fail=[])
    site.db.now = waiting.not_before
    site.work()
    check_server(site, server_id, "stopped")
    assert size_of(site, server_id, volume_id) == 3


def test_a_volume_that_never_grows_is_given_up_until_its_guest_starts(points, site):
    server_id, volume_id = grown(points, site)
    site.driver.control(fail=["extend"])
    extend(points, site, server_id)
    site.work()
    while waiting := [one for one in site.db.operations() if one.finished_at is None]:
        site.db.now = waiting[0].not_before
        site.work()
    check_server(site, server_id)
    assert site.db.operations()[-1].state == "failed"
    site.driver.control(fail=[])
    site.accept(actions.HARD_REBOOT, server_id, type="HARD")
    site.work()
    assert size_of(site, server_id, volume_id) == 3


@pytest.mark.parametrize("delete", [True, False])
def test_a_delete_releases_the_volumes_whoever_dies(points, site, delete):
    def play() -> int:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id, delete_on_termination=delete)
        with points.calm():
            site.accept(actions.DELETE, server_id)
        died = site.work() + site.sweep()
        check_gone(site, server_id, volume_id, delete)
        return died

    every_death(points, play, least=5)


def check_gone(site, server_id, volume_id, delete=False) -> None:
    assert site.db.server(server_id).deleted
    assert server_id not in site.driver.guests()
    assert (site.rows(server_id), site.cinder.attachments) == ([], {})
    assert site.cinder.status(volume_id) == ("deleted" if delete else "available")


def test_a_server_is_deleted_while_a_volume_is_attached(points, site):
    """The delete is accepted at each point; at every second one, the process dies at the next."""

    def play(moment: int | None) -> None:
        site.cinder.reset()
        server_id, volume_id = site.prepare(points), site.cinder.add()
        with points.interrupted(moment, lambda: site.accept(actions.DELETE, server_id)):
            attach_until_deleted(site, server_id, volume_id)
            site.work()
        site.work()
        site.sweep()
        check_gone(site, server_id, volume_id)

    every_moment(points, play, least=9)


@pytest.mark.parametrize("is_swap", [False, True])
def test_a_server_is_deleted_while_a_volume_is_detached_or_swapped(points, site, is_swap):
    def play(moment: int | None) -> None:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id)
        copy = site.cinder.migrate(volume_id) if is_swap else ""
        with points.interrupted(moment, lambda: site.accept(actions.DELETE, server_id)):
            try:
                if is_swap:
                    site.swap(server_id, volume_id, copy)
                else:
                    site.detach(server_id, volume_id)
            except Exception as error:
                assert "deleting" in str(error)  # noqa: PT017
            site.work()
        site.work()
        site.sweep()
        check_gone(site, server_id, volume_id)
        # Cinder deletes a copy that its migration did not come to use.
        assert site.cinder.status(copy) in ("available", "deleted")

    every_moment(points, play, least=5)


def attach_until_deleted(site, server_id, volume_id) -> None:
    """Attach a volume to a server that may be deleted meanwhile."""
    try:
        site.attach(server_id, volume_id)
    except Exception as error:
        assert "deleting" in str(error)  # noqa: PT017


def test_a_volume_is_attached_once(points, site):
    server_id = site.prepare(points)
    volume_id = site.attached(points, server_id)
    site.cinder.volumes[volume_id]["status"] = "available"
    with pytest.raises(Invalid, match="already attached"):
        site.attach(server_id, volume_id)
    site.cinder.volumes[volume_id]["status"] = "in-use"
    check(site, server_id, volume_id)
