"""Rebuilds: every death of the worker, at every step, and every failure."""

import pytest

from computeapi.domain.errors import ImageUnreachable, NotFound
from computeapi.domain.servers import PowerState, actions
from computeapi.domain.servers.rebuilding import image_facts
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.disks.site import DIRTY

STATES = ("active", "stopped", "error")
NEW_PROPERTIES = {"hw_disk_bus": "scsi"}


def rebuild(db, site, server_id, image_gb=0, preserve_ephemeral=False) -> None:
    """Accept a rebuild."""
    before = image_facts(db.server(server_id))
    params = {"image_gb": image_gb, "preserve_ephemeral": preserve_ephemeral}

    def change(server) -> None:
        server.image_id, server.image_properties = "i2", NEW_PROPERTIES
        server.image_gb = max(server.image_gb, image_gb)
        server.admin_password = "secret"

    site.accept(actions.REBUILD, server_id, change, before=before, **params)


def check_rebuilt(db, site, server_id, state) -> None:
    """Check that a server has one guest with a new disk, and nothing else has changed."""
    server, record = db.server(server_id), site.record(server_id)
    stopped = state == "stopped"
    assert (server.vm_state, server.task_state) == ("stopped" if stopped else "active", None)
    assert server.power_state == (PowerState.SHUTDOWN if stopped else PowerState.RUNNING)
    assert record["power_state"] == server.power_state
    assert (server.image_id, server.image_properties) == ("i2", NEW_PROPERTIES)
    assert record["image"] == "i2"
    assert DIRTY not in record["console"]
    assert (server.fault, server.admin_password, server.personality) == (None, None, [])
    assert set(site.drives) == {"secret"}
    with db.read() as tx:
        assert tx.operations.unfinished(server_id) == []
        assert tx.claims.of_server(server_id) == server.claims


@pytest.mark.parametrize("state", STATES)
def test_a_rebuild_ends_whenever_the_worker_dies(db, points, site, prepare, state):
    def play() -> int:
        server_id = prepare(state)
        with points.calm():
            rebuild(db, site, server_id)
        died = site.work()
        check_rebuilt(db, site, server_id, state)
        return died

    every_death(points, play, least=4)


@pytest.mark.parametrize("failing", ["replace", "power_on", "fetch"])
def test_a_rebuild_that_fails_leaves_an_error(db, points, site, images, prepare, failing):
    if failing == "fetch":
        images.error = NotFound("Image i2 could not be found.")
    site.driver.control(fail=[failing])

    def play() -> int:
        server_id = prepare()
        with points.calm():
            rebuild(db, site, server_id)
        died = site.work()
        server = db.server(server_id)
        assert (server.vm_state, server.task_state) == ("error", None)
        assert server.admin_password is None
        operation = next(o for o in db.operations() if o.server_id == server_id)
        assert (operation.state, operation.message) == ("failed", server.fault.message)
        # As in Nova, a fault that is not the service's own has its code, and no traceback.
        is_ours = failing != "fetch"
        assert server.fault.code == (500 if is_ours else 404)
        assert ("Traceback" in server.fault.details) is is_ours
        if failing == "fetch":
            # Nothing was touched: a hard reboot brings the server back.
            assert server.fault.message == "Image i2 could not be found."
            assert (server.image_id, server.image_properties) == ("i1", {})
            assert DIRTY in site.record(server_id)["console"]
            assert site.record(server_id)["power_state"] == PowerState.RUNNING
        else:
            assert server.image_id == "i2"
        return died

    every_death(points, play, least=4)


@pytest.mark.parametrize("state", STATES)
def test_a_server_is_deleted_while_it_is_rebuilt(db, points, site, prepare, state):
    def play(moment: int | None) -> None:
        server_id = prepare(state)
        rebuild(db, site, server_id)
        with points.interrupted(moment, lambda: site.accept(actions.DELETE, server_id)):
            site.work()
        site.work()
        assert db.server(server_id).deleted
        assert server_id not in site.driver.guests()
        with db.read() as tx:
            assert tx.claims.of_server(server_id) == []
            assert tx.operations.unfinished(server_id) == []

    every_moment(points, play)


def test_an_image_service_that_does_not_answer_delays_a_rebuild(db, site, images, prepare):
    server_id = prepare()
    rebuild(db, site, server_id)
    images.error = ImageUnreachable("no answer")
    site.work()
    operation = db.operation()
    assert (operation.state, operation.stage) == ("queued", "fetch")
    assert DIRTY in site.record(server_id)["console"]
    # Its disk may still need the image that it had before.
    site.reconcile()
    assert images.kept is None
    images.error, db.now = None, operation.not_before
    site.work()
    check_rebuilt(db, site, server_id, "active")
    site.reconcile()
    assert images.kept == {"i2"}


def test_a_guest_that_is_gone_is_made(db, site, prepare):
    server_id = prepare("error")
    site.driver.lose(server_id)
    rebuild(db, site, server_id)
    site.work()
    check_rebuilt(db, site, server_id, "error")


@pytest.mark.parametrize("preserve", [True, False])
def test_the_ephemeral_disk_stays_when_asked(db, site, prepare, preserve):
    server_id = prepare(ephemeral_gb=1)
    before = site.record(server_id)["ephemeral"]
    rebuild(db, site, server_id, preserve_ephemeral=preserve)
    site.work()
    check_rebuilt(db, site, server_id, "active")
    assert (site.record(server_id)["ephemeral"] == before) is preserve


@pytest.mark.parametrize(("before", "after"), [(3, 1), (1, 3)])
def test_a_root_disk_as_large_as_its_image_counts_as_large_as_that(
    db, site, prepare, before, after
):
    server_id = prepare(disk_gb=0, image_gb=before)
    rebuild(db, site, server_id, image_gb=after)
    with db.read() as tx:
        assert tx.hosts.usage_of("h1").disk_gb == 3
    site.work()
    assert db.server(server_id).image_gb == after
    with db.read() as tx:
        assert tx.hosts.usage_of("h1").disk_gb == after


def test_an_image_that_is_larger_than_it_said_is_refused(db, site, images, prepare):
    images.virtual_size = 2 * 1024**3
    server_id = prepare(disk_gb=0, image_gb=3)
    rebuild(db, site, server_id, image_gb=1)
    site.work()
    server = db.server(server_id)
    assert (server.vm_state, server.image_id) == ("error", "i1")
    assert "holds a disk of 2 GiB" in server.fault.message
    assert server.image_gb == 3
