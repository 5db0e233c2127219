"""Both front ends with a volume service: volumes are detached, and released by deletes."""

import pytest

from tests.contract.volumes.attachments import (
    ATTACHED,
    VOLUME_ID,
)


def test_a_volume_is_detached_and_goes_to_another_server(
    cloud, send, volumes, attached, plugged, show
):
    response = send("DELETE", attached)
    assert (response.status, response.body) == (202, b"")
    # It is attached until the guest has let go of it.
    assert len(send("GET").json()["volumeAttachments"]) == 1
    assert volumes.status(VOLUME_ID) == "detaching"
    assert send("DELETE", attached).status == 400
    cloud.work()
    assert (plugged(), volumes.attached(VOLUME_ID), show()[ATTACHED]) == ([], [], [])
    assert volumes.status(VOLUME_ID) == "available"
    assert send("DELETE", attached).status == 404
    assert send("POST", "", 1, {"volumeId": VOLUME_ID}).status == 200


def test_a_volume_that_cannot_be_detached_stays(cloud, send, volumes, attached, plugged):
    cloud.driver.control(fail=["unplug"])
    assert send("DELETE", attached).status == 202
    cloud.work()
    assert (plugged(), volumes.status(VOLUME_ID)) == ([VOLUME_ID], "in-use")
    cloud.driver.control(fail=[])
    assert send("DELETE", attached).status == 202
    cloud.work()
    assert (plugged(), volumes.status(VOLUME_ID)) == ([], "available")


@pytest.mark.parametrize(("state", "status"), [("retyping", 400), ("detaching", 202)])
def test_the_volume_service_has_a_say_in_a_detach(
    cloud, send, volumes, attached, plugged, state, status
):
    """A volume that is "detaching" was so because a request has died."""
    volumes.volumes[VOLUME_ID]["status"] = state
    assert send("DELETE", attached).status == status
    cloud.work()
    assert plugged() == ([VOLUME_ID] if status == 400 else [])
    assert len(volumes.attached(VOLUME_ID)) == len(plugged())


def test_a_detach_that_is_not_accepted_is_taken_back(cloud, send, volumes, attached, server_id):
    def lock(_method, path):
        if path.endswith("/action"):
            volumes.before = lambda method, path: None
            cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"lock": None})

    volumes.before = lock
    assert send("DELETE", attached).status == 409
    assert volumes.status(VOLUME_ID) == "in-use"


@pytest.mark.parametrize("path", ["worker", "api"])
@pytest.mark.parametrize("delete", [True, False])
def test_a_delete_releases_the_volumes(cloud, send, volumes, attached, server_id, path, delete):
    change = {"volumeId": VOLUME_ID, "delete_on_termination": delete}
    assert send("PUT", attached, 85, change).status == 202
    if path == "api":
        cloud.lose_host()
    assert cloud.request("DELETE", f"/v2.1/servers/{server_id}").status == 204
    cloud.work()
    if path == "api":
        cloud.return_host()
    assert volumes.attachments == {}
    assert volumes.status(VOLUME_ID) == ("deleted" if delete else "available")


def test_a_volume_service_that_is_down_delays_no_delete(cloud, volumes, attached, server_id):
    volumes.behaviour = 503
    assert cloud.request("DELETE", f"/v2.1/servers/{server_id}").status == 204
    cloud.work()
    assert cloud.request("GET", f"/v2.1/servers/{server_id}").status == 404
    assert len(volumes.attached(VOLUME_ID)) == 1
    volumes.behaviour = None
    cloud.return_host()
    assert (volumes.attached(VOLUME_ID), volumes.status(VOLUME_ID)) == ([], "available")
