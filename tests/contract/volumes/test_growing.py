"""Both front ends with a volume service: guests see that volumes have grown."""

import pytest

from tests.contract.volumes.attachments import (
    OTHER_ID,
    VOLUME_ID,
    act,
)


def size_of(cloud, server_id):
    """Return the size of the volume in the guest, GiB."""
    return cloud.driver._records.read(server_id)["sizes"].get(VOLUME_ID, 0) >> 30


def grow(cloud, volumes, server_id, volume_id=VOLUME_ID):
    """Make a volume larger, and report it as Cinder does."""
    volumes.volumes[volume_id]["size"] = 2
    event = {"name": "volume-extended", "server_uuid": server_id, "tag": volume_id}
    service = {
        "x-auth-token": "cinder:services:admin,service",
        "openstack-api-version": "compute 2.51",
    }
    answer = cloud.request("POST", "/v2.1/os-server-external-events", {"events": [event]}, service)
    assert (answer.status, answer.json()["events"][0]["code"]) == (200, 200)


@pytest.mark.parametrize("state", ["lock", "os-stop", "pause", "suspend", "rescue"])
def test_a_guest_sees_that_a_volume_has_grown_in_every_state(
    cloud, volumes, attached, server_id, state
):
    act(cloud, server_id, {state: None})
    grow(cloud, volumes, server_id, OTHER_ID)
    cloud.work()
    assert size_of(cloud, server_id) == 1
    grow(cloud, volumes, server_id)
    cloud.work()
    assert size_of(cloud, server_id) == 2


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ({"createImage": {"name": "x"}}, "ACTIVE"),
        ({"reboot": {"type": "SOFT"}}, "ACTIVE"),
        ({"os-stop": None}, "SHUTOFF"),
        ({"suspend": None}, "SUSPENDED"),
        ({"resize": {"flavorRef": "1"}}, "VERIFY_RESIZE"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_guest_sees_that_a_volume_has_grown_whatever_its_server_is_doing(
    cloud, volumes, attached, server_id, show, action, status, is_first
):
    if is_first:
        grow(cloud, volumes, server_id)
    answer = cloud.request("POST", f"/v2.1/servers/{server_id}/action", action)
    assert answer.status == 202, answer.body
    task = show()["OS-EXT-STS:task_state"]
    if not is_first:
        grow(cloud, volumes, server_id)
    assert show()["OS-EXT-STS:task_state"] == task is not None
    cloud.work()
    server = show()
    assert (server["status"], server["OS-EXT-STS:task_state"]) == (status, None)
    assert size_of(cloud, server_id) == 2


def test_a_server_without_a_host_gets_a_guest_that_sees_that_a_volume_has_grown(
    cloud, volumes, attached, server_id
):
    act(cloud, server_id, {"shelve": None})
    volumes.volumes[VOLUME_ID]["size"] = 2
    act(cloud, server_id, {"unshelve": None})
    assert size_of(cloud, server_id) == 2


def test_a_volume_that_cannot_grow_keeps_a_server_from_nothing(
    cloud, volumes, attached, server_id, send, show
):
    cloud.driver.control(fail=["extend"])
    grow(cloud, volumes, server_id)
    cloud.work()
    assert (
        cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"os-stop": None}).status == 202
    )
    cloud.work()
    server = show()
    assert (server["status"], server["OS-EXT-STS:task_state"]) == ("SHUTOFF", None)
    assert size_of(cloud, server_id) == 1
    cloud.driver.control(fail=[])
    act(cloud, server_id, {"os-start": None})
    assert size_of(cloud, server_id) == 2
    assert send("DELETE", attached).status == 202
    cloud.work()
    assert send("GET").json()["volumeAttachments"] == []
