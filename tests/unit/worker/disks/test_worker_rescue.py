"""Rescues: every death of the worker, at every step, and every failure."""

import pytest

from computeapi.domain.errors import ImageUnreachable, NotFound
from computeapi.domain.servers import PowerState, actions
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.disks.site import DIRTY

STATES = ("active", "stopped", "error")
DEVICE = {"is_stable": False, "device": "disk", "bus": "virtio"}


def rescue(site, server_id) -> None:
    """Accept a rescue, as the API does."""

    def change(server) -> None:
        server.rescue_image_id, server.admin_password = "i2", "secret"

    site.accept(actions.RESCUE, server_id, change, **DEVICE)


def check(db, site, server_id, vm_state, power_state, image=None) -> None:
    """Check that a server has one guest in a state, with the disk that its user wrote to."""
    server, record = db.server(server_id), site.record(server_id)
    assert (server.vm_state, server.task_state) == (vm_state, None)
    assert server.power_state == record["power_state"] == power_state
    assert server.rescue_image_id == image
    assert (record["rescue"] and record["rescue"]["image"]) == image
    assert DIRTY in record["console"]
    assert server.admin_password is None
    with db.read() as tx:
        assert tx.operations.unfinished(server_id) == []
        assert tx.claims.of_server(server_id) == server.claims


@pytest.mark.parametrize("state", STATES)
def test_a_rescue_ends_whenever_the_worker_dies(db, points, site, prepare, state):
    def play() -> int:
        server_id = prepare(state)
        with points.calm():
            rescue(site, server_id)
        died = site.work()
        check(db, site, server_id, "rescued", PowerState.RUNNING, "i2")
        assert site.drives[-1] == "secret"
        return died

    every_death(points, play, least=4)


def test_the_end_of_a_rescue_comes_whenever_the_worker_dies(db, points, site, prepare):
    def play() -> int:
        server_id = prepare()
        with points.calm():
            rescue(site, server_id)
            site.work()
            site.accept(actions.UNRESCUE, server_id)
        died = site.work()
        check(db, site, server_id, "active", PowerState.RUNNING)
        return died

    every_death(points, play, least=4)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("failing", ["rescue", "fetch"])
def test_a_rescue_that_fails_leaves_the_server_as_it_was(
    db, points, site, images, prepare, failing, state
):
    if failing == "fetch":
        images.error = NotFound("Image i2 could not be found.")
    site.driver.control(fail=[failing])

    def play() -> int:
        server_id = prepare(state)
        with points.calm():
            rescue(site, server_id)
        died = site.work()
        server = db.server(server_id)
        # A guest in error is not started, as it may have been off.
        power_state = site.record(server_id)["power_state"]
        if state != "error":
            check(db, site, server_id, state, server.power_state)
        assert (server.vm_state, server.task_state) == (state, None)
        assert (server.rescue_image_id, site.record(server_id)["rescue"]) == (None, None)
        assert DIRTY in site.record(server_id)["console"]
        if state == "active":
            assert power_state == PowerState.RUNNING
        operation = next(o for o in db.operations() if o.server_id == server_id)
        assert operation.state == "failed"
        assert operation.failure
        return died

    every_death(points, play, least=5)


def test_a_rescue_that_does_not_end_can_be_ended_later(db, site, prepare):
    server_id = prepare()
    rescue(site, server_id)
    site.work()
    site.driver.control(fail=["unrescue"])
    site.accept(actions.UNRESCUE, server_id)
    site.work()
    check(db, site, server_id, "rescued", PowerState.RUNNING, "i2")
    site.driver.control(fail=[])
    site.accept(actions.UNRESCUE, server_id)
    site.work()
    check(db, site, server_id, "active", PowerState.RUNNING)


@pytest.mark.parametrize("ending", [False, True])
def test_a_server_is_deleted_while_it_is_rescued(db, points, site, prepare, ending):
    def play(moment: int | None) -> None:
        server_id = prepare()
        rescue(site, server_id)
        if ending:
            site.work()
            site.accept(actions.UNRESCUE, server_id)
        with points.interrupted(moment, lambda: site.accept(actions.DELETE, server_id)):
            site.work()
        site.work()
        assert db.server(server_id).deleted
        assert server_id not in site.driver.guests()
        with db.read() as tx:
            assert tx.claims.of_server(server_id) == []
            assert tx.operations.unfinished(server_id) == []

    every_moment(points, play)


def test_an_image_service_that_does_not_answer_delays_a_rescue(db, site, images, prepare):
    server_id = prepare()
    rescue(site, server_id)
    images.error = ImageUnreachable("no answer")
    site.work()
    operation = db.operation()
    assert operation.state == "queued"
    assert site.record(server_id)["power_state"] == PowerState.RUNNING
    images.error, db.now = None, operation.not_before
    site.work()
    check(db, site, server_id, "rescued", PowerState.RUNNING, "i2")


def test_the_image_of_a_rescue_is_kept_as_long_as_the_rescue(db, site, images, prepare):
    server_id = prepare()
    rescue(site, server_id)
    site.work()
    site.reconcile()
    assert images.kept == {"i1", "i2"}
    site.accept(actions.UNRESCUE, server_id)
    site.work()
    site.reconcile()
    assert images.kept == {"i1"}


def test_a_rescued_guest_that_goes_off_stays_rescued(db, site, prepare):
    server_id = prepare()
    rescue(site, server_id)
    site.work()
    site.driver.shut_down_inside(server_id)
    site.reconcile()
    check(db, site, server_id, "rescued", PowerState.SHUTDOWN, "i2")
    site.accept(actions.UNRESCUE, server_id)
    site.work()
    check(db, site, server_id, "active", PowerState.RUNNING)


def test_a_rescued_guest_that_is_gone_is_an_error(db, site, prepare):
    server_id = prepare()
    rescue(site, server_id)
    site.work()
    site.driver.lose(server_id)
    site.reconcile()
    assert db.server(server_id).vm_state == "error"
