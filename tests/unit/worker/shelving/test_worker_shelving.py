"""Shelving on one host, unshelving on another: every death of either worker, at every step."""

import pytest

from computeapi.domain.errors import Error
from computeapi.domain.servers import PowerState, actions
from computeapi.images.folder_snapshots import FolderSnapshots
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.shelving.site import DIRTY, accept, check, check_clean, work


@pytest.mark.parametrize("vm_state", ["active", "paused", "suspended"])
def test_a_server_is_shelved(db, points, cloud, prepare, shelve, vm_state):
    def play():
        server_id = prepare(vm_state)
        image_id = shelve(server_id)
        died = work(db, cloud)
        found = {"vm_state": "shelved_offloaded", "host": None, "image_id": image_id}
        server = check(db, points, cloud, server_id, **found)
        assert server.power_state == PowerState.SHUTDOWN
        assert DIRTY.encode() in (cloud.images / f"{image_id}.qcow2").read_bytes()
        return died

    every_death(points, play)


@pytest.mark.parametrize("host", ["h1", "h2"])
def test_a_server_that_was_offloaded_is_unshelved(
    db, points, cloud, prepare, shelve, unshelve, host
):
    def play():
        server_id = prepare()
        with points.calm():
            shelve(server_id)
            work(db, cloud)
        unshelve(server_id, host)
        died = work(db, cloud)
        server = check(db, points, cloud, server_id, vm_state="active", host=host)
        assert server.power_state == PowerState.RUNNING
        return died

    every_death(points, play, 8)


@pytest.mark.parametrize(("vm_state", "ending"), [("suspended", "unshelve"), ("active", "offload")])
def test_a_server_that_stays_on_its_host_while_it_is_shelved(
    db, points, cloud, prepare, shelve, unshelve, vm_state, ending
):
    def play():
        server_id = prepare(vm_state)
        image_id = shelve(server_id, offload=False)
        died = work(db, cloud)
        found = {"vm_state": "shelved", "host": "h1", "image_id": image_id}
        check(db, points, cloud, server_id, **found)
        if ending == "unshelve":
            unshelve(server_id, "h1")
            found = {"vm_state": "active", "host": "h1"}
        else:
            with points.calm():
                accept(db, server_id, actions.SHELVE_OFFLOAD)
            found = {"vm_state": "shelved_offloaded", "host": None, "image_id": image_id}
        died += work(db, cloud)
        check(db, points, cloud, server_id, **found)
        return died

    every_death(points, play)


@pytest.mark.parametrize(
    ("vm_state", "failing"),
    [
        ("active", "power_off"),
        ("active", "upload"),
        ("stopped", "snapshot"),
        ("suspended", "upload"),
        ("paused", "upload"),
    ],
)
def test_a_server_that_cannot_be_shelved(
    db, points, cloud, prepare, shelve, monkeypatch, vm_state, failing
):
    def refuse(*_arguments):
        raise Error("The image service refused it.")

    if failing == "upload":
        monkeypatch.setattr(FolderSnapshots, "upload", points.watch(refuse))
    else:
        cloud.sites["h1"].driver.control(fail=[failing])

    def play():
        server_id = prepare(vm_state)
        shelve(server_id)
        died = work(db, cloud)
        # The memory of a paused guest is lost.
        then = "stopped" if vm_state == "paused" else vm_state
        check(db, points, cloud, server_id, vm_state=then, host="h1")
        assert db.operations()[-1].state == "failed"
        return died

    every_death(points, play, 6)
    if vm_state == "suspended":
        with points.calm():
            assert cloud.sites["h1"].driver._records.read(db.servers()[-1].id)["suspended"]


@pytest.mark.parametrize("action", [actions.SHELVE, actions.SHELVE_OFFLOAD])
def test_a_server_that_cannot_be_offloaded_stays_shelved(
    db, points, cloud, prepare, shelve, action
):
    cloud.sites["h1"].driver.control(fail=["destroy"])

    def play():
        server_id = prepare()
        if action is actions.SHELVE:
            image_id = shelve(server_id)
        else:
            with points.calm():
                image_id = shelve(server_id, offload=False)
                work(db, cloud)
                accept(db, server_id, action)
        died = work(db, cloud)
        assert db.operations()[-1].state == "failed"
        found = {"vm_state": "shelved", "host": "h1", "image_id": image_id}
        check(db, points, cloud, server_id, **found)
        return died

    every_death(points, play, 2)


@pytest.mark.parametrize("offloaded", [True, False])
def test_a_server_that_cannot_be_unshelved_stays_as_it_is(
    db, points, cloud, prepare, shelve, unshelve, offloaded
):
    host = "h2" if offloaded else "h1"
    failing = ["spawn"] if offloaded else ["power_on"]

    def play():
        server_id = prepare()
        with points.calm():
            image_id = shelve(server_id, offloaded)
            work(db, cloud)
            cloud.sites[host].driver.control(fail=failing)
        unshelve(server_id, host)
        died = work(db, cloud)
        found = {"vm_state": "shelved_offloaded", "host": None, "image_id": image_id}
        if not offloaded:
            found |= {"vm_state": "shelved", "host": "h1"}
        assert db.operations()[-1].state == "failed"
        check(db, points, cloud, server_id, **found)
        with points.calm():
            cloud.sites[host].driver.control(fail=[])
            unshelve(server_id, host)
            work(db, cloud)
        check(db, points, cloud, server_id, vm_state="active", host=host)
        return died

    every_death(points, play, 3)


def test_a_server_whose_image_is_gone_stays_offloaded(db, points, cloud, prepare, shelve, unshelve):
    server_id = prepare()
    image_id = shelve(server_id)
    work(db, cloud)
    cloud.store.remove(image_id)
    unshelve(server_id, "h2")
    work(db, cloud)
    assert db.operations()[-1].message == f"Image {image_id} could not be found."
    server = db.server(server_id)
    assert (server.vm_state, server.host, server.task_state) == ("shelved_offloaded", None, None)
    assert cloud.sites["h2"].driver.guests() == {}


@pytest.mark.parametrize("when", ["shelve", "unshelve", "unshelve in place"])
def test_a_server_is_deleted_while_it_is_shelved_or_unshelved(
    db, points, cloud, prepare, shelve, unshelve, when
):

    def play(moment: int | None) -> None:
        server_id = prepare()
        shelve(server_id, offload=when == "unshelve")
        if when.startswith("unshelve"):
            with points.calm():
                work(db, cloud)
            unshelve(server_id, "h2" if when == "unshelve" else "h1")
        with points.interrupted(moment, lambda: accept(db, server_id, actions.DELETE)):
            work(db, cloud)
        work(db, cloud)
        assert db.server(server_id).deleted
        assert [site.driver.guests() for site in cloud.sites.values()] == [{}, {}]
        check_clean(db, cloud, server_id, [], None)

    every_moment(points, play)
