"""Hypervisors that fail, hang or are away: what was accepted is tried again."""

import pytest


@pytest.mark.parametrize("failure", [{"fail": ["destroy"]}, {"unreachable": ["destroy"]}])
def test_a_delete_that_fails_outlives_its_workers(make_cloud, kill, wait_for, failure):
    cloud = make_cloud(worker={"max_attempts": 1})
    worker = cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    cloud.hypervisor.control(**failure)
    cloud.delete(accepted[0])
    for _ in range(2):
        failures = cloud.log().count("once more in")
        wait_for(lambda n=failures: cloud.log().count("once more in") > n)
        kill(worker)
        worker = cloud.start_worker()
    assert cloud.states(accepted) == ["error/deleting"]
    cloud.hypervisor.control(fail=[], unreachable=[])
    cloud.wait_until(accepted, "deleted")
    assert cloud.hypervisor.guests() == {}


def test_a_hanging_hypervisor_ends_no_delete(make_cloud, wait_for):
    cloud = make_cloud(worker={"operation_timeout": 1, "lease": 1, "threads": 1})
    cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    cloud.hypervisor.control(delay=8)
    cloud.delete(accepted[0])
    cloud.wait_until(accepted, "error/deleting")
    assert "did not answer in 1 seconds" in cloud.server(accepted[0]).fault.message
    cloud.hypervisor.control(delay=0)
    another = cloud.create()
    cloud.wait_until(another, "active")
    cloud.wait_until(accepted, "deleted", seconds=40)


def test_a_guest_that_hangs_in_the_middle_of_an_operation(make_cloud, wait_for):
    cloud = make_cloud(fake={"hang": "pause"}, worker={"threads": 1})
    cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    for hung in (1, 2):
        cloud.servers.power.pause(cloud.caller, accepted[0])
        wait_for(lambda hung=hung: cloud.log().count("Began the pause") == hung)
        if hung == 1:
            cloud.servers.power.reboot(cloud.caller, accepted[0], hard=True)
            cloud.wait_until(accepted, "active")
    cloud.delete(accepted[0])
    cloud.wait_until(accepted, "deleted")
    assert cloud.hypervisor.guests() == {}


@pytest.mark.parametrize("method", ["power_on", "power_off", "reboot", "spawn"])
def test_a_hypervisor_that_is_away_for_a_while(make_cloud, wait_for, method):
    cloud = make_cloud(fake={"unreachable": method})
    cloud.start_worker()
    accepted = cloud.create()
    if method != "spawn":
        cloud.wait_until(accepted, "active")
        act = {
            "power_on": cloud.servers.power.start,
            "power_off": cloud.servers.power.stop,
            "reboot": lambda caller, server_id: cloud.servers.power.reboot(
                caller, server_id, hard=True
            ),
        }[method]
        if method == "power_on":
            cloud.servers.power.stop(cloud.caller, accepted[0])
            cloud.wait_until(accepted, "stopped")
        act(cloud.caller, accepted[0])
    wait_for(lambda: "once more in" in cloud.log())
    cloud.hypervisor.control(unreachable=[])
    cloud.wait_until(accepted, "stopped" if method == "power_off" else "active")


def test_a_hypervisor_that_stays_away(make_cloud):
    cloud = make_cloud(fake={"unreachable": "spawn"}, worker={"retry_timeout": 3})
    cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "error")
    message = cloud.server(accepted[0]).fault.message
    assert message.startswith(
        "The create failed: the hypervisor does not answer. The create was tried for "
    )


def test_an_image_that_goes_away_before_the_boot(make_cloud, kill):
    cloud = make_cloud()
    kill(cloud.start_worker())
    accepted = cloud.create()
    (cloud.folder / "images" / "demo.raw").unlink()
    cloud.start_worker()
    cloud.wait_until(accepted, "error")
    fault = cloud.server(accepted[0]).fault
    assert fault.code == 404
    assert fault.message.endswith("could not be found.")
    assert "once more in" not in cloud.log()


def test_an_image_service_that_is_away_for_a_while(make_cloud, kill, wait_for):
    cloud = make_cloud()
    kill(cloud.start_worker())
    accepted = cloud.create()
    images = cloud.folder / "images"
    images.rename(cloud.folder / "away")
    cloud.start_worker()
    wait_for(lambda: "once more in" in cloud.log())
    assert cloud.states(accepted) == ["building/spawning"]
    (cloud.folder / "away").rename(images)
    cloud.wait_until(accepted, "active")


def test_an_image_service_that_stays_away(make_cloud, kill):
    cloud = make_cloud(worker={"retry_timeout": 3})
    kill(cloud.start_worker())
    accepted = cloud.create()
    (cloud.folder / "images").rename(cloud.folder / "away")
    cloud.start_worker()
    cloud.wait_until(accepted, "error")
    message = cloud.server(accepted[0]).fault.message
    assert message.startswith("The folder of images cannot be read. The create was tried for ")
