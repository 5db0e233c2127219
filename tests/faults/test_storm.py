"""All actions of more than one step at once, while the API and both workers die now and then."""

import random

import pytest

from tests.faults.storm import IMAGE_ID, Plan, Storm
from tests.functional.api_process import free_port

REBUILD = {"rebuild": {"imageRef": IMAGE_ID}}
LIVE = {"os-migrateLive": {"host": None, "block_migration": "auto"}}
RESTORE = {"restore": None}


def plans() -> list[Plan]:
    return [
        Plan([REBUILD], keeps_disk=False),
        Plan([{"rescue": {}}, {"unrescue": None}]),
        Plan([{"rescue": {}}, None, RESTORE], ends_as="rescued"),
        Plan([{"createImage": {"name": "made"}}]),
        Plan([{"shelve": None}, {"unshelve": None}]),
        Plan([{"shelve": None}], ends_as="shelved_offloaded"),
        Plan([{"migrate": None}, {"confirmResize": None}]),
        Plan([{"migrate": None}, {"revertResize": None}]),
        Plan([LIVE]),
        Plan([None, RESTORE]),
        Plan([None], ends_as="soft-delete"),
        Plan([None, {"forceDelete": None}], ends_as="deleted"),
    ]


@pytest.fixture
def storm(make_cloud, tmp_path, wait_for):
    seed = random.randrange(10**6)
    cloud = make_cloud(
        DEFAULT={"reclaim_instance_interval": 3600},
        fake={"delay": 0.1},
        images={"folder": tmp_path / "images"},
        api={"paste_config": "api-paste.ini", "port": free_port()},
        worker={"max_attempts": 100},
    )
    second = cloud.config_with(tmp_path / "second")
    second.write_text(second.read_text().replace("host = h1\n", "host = h2\n"))
    storm = Storm(cloud, second, seed)
    storm.start("h1", "h2", "api")
    wait_for(lambda: cloud.log().count("is ready") == 2, explain=cloud.log)
    return storm


def test_nothing_is_lost_doubled_stuck_or_counted_twice(storm, wait_for):
    cloud = storm.cloud
    storm.plans = plans()
    ids = cloud.create(len(storm.plans))
    cloud.wait_until(ids, "active")
    for plan, server_id in zip(storm.plans, ids, strict=True):
        plan.server_id = server_id
        storm.mark(cloud.server(server_id))
    storm.rage(5, "h1", "h1", "h2", "h2", "api")
    wait_for(lambda: not storm.leftovers(), explain=lambda: str(storm.leftovers()))
    storm.check()
    # That which was asked for, and that of the server which is shelved.
    assert storm.images() == ["active"] * 2

    evacuate(storm, wait_for)


def evacuate(storm, wait_for):
    """Lose a host, evacuate its servers, kill the other worker meanwhile, and bring it back."""
    cloud = storm.cloud
    storm.kill("h2")
    storm.force_down("h2", True)
    moving = [p for p in storm.plans if lost(cloud.server(p.server_id))]
    assert moving, storm.explain()
    for plan in moving:
        plan.actions.append({"evacuate": {}})
        plan.keeps_disk = False
    storm.rage(1, "h1")
    assert {cloud.server(p.server_id).host for p in moving} == {"h1"}
    storm.force_down("h2", False)
    storm.start("h2")
    gone = {plan.server_id for plan in moving}
    guests = storm.hypervisors["h2"].guests
    wait_for(lambda: not gone & set(guests()), explain=storm.explain)
    wait_for(lambda: not storm.leftovers(), explain=lambda: str(storm.leftovers()))
    storm.check()


def lost(server) -> bool:
    return server.host == "h2" and server.vm_state == "active"
