"""Both front ends with a volume service that asks for snapshots of attached volumes."""

import json
from urllib.parse import quote

import pytest

VOLUME_ID = "11111111-0000-4000-8000-000000000000"
URL = "/v2.1/os-assisted-volume-snapshots"
SERVICE = {"x-auth-token": "cinder:services:service"}


@pytest.fixture
def cloud(volume_cloud):
    return volume_cloud


@pytest.fixture
def server_id(cloud, cinder):
    """The id of an active server that has a volume."""
    cinder.add(VOLUME_ID)
    found = cloud.boot().json()["server"]["id"]
    cloud.work()
    attach(cloud, found)
    return found


@pytest.fixture
def snapshot(cinder, server_id):
    return cinder.add_snapshot(VOLUME_ID, status="creating")


def attach(cloud, server_id):
    body = {"volumeAttachment": {"volumeId": VOLUME_ID}}
    headers = {
        "x-auth-token": "alice:p1:member,reader",
        "openstack-api-version": "compute 2.60",
    }
    url = f"/v2.1/servers/{server_id}/os-volume_attachments"
    assert cloud.request("POST", url, body, headers).status == 200
    cloud.work()


def take(cloud, snapshot, file="new", **info):
    create = {"snapshot_id": snapshot, "type": "qcow2", "new_file": file, **info}
    body = {"snapshot": {"volume_id": VOLUME_ID, "create_info": create}}
    return cloud.request("POST", URL, body, SERVICE)


def delete(cloud, snapshot, **info):
    info = json.dumps({"volume_id": VOLUME_ID, "type": "qcow2", **info})
    return cloud.request("DELETE", f"{URL}/{snapshot}?delete_info={quote(info)}", headers=SERVICE)


def files(cloud, server_id):
    return cloud.driver._records.read(server_id)["files"].get(VOLUME_ID, [])


@pytest.mark.parametrize("info", [{}, {"id": "521752a6-acf6-4b2d-bc7a-119f9148cd8c"}])
def test_a_snapshot_is_taken_and_deleted(cloud, cinder, server_id, snapshot, info):
    answer = take(cloud, snapshot, **info)
    expected = {"snapshot": {"id": info.get("id"), "volumeId": VOLUME_ID}}
    assert (answer.status, answer.json()) == (200, expected)
    cloud.work()
    assert cinder.snapshots[snapshot]["progress"] == "90%"
    assert files(cloud, server_id) == ["new"]
    assert take(cloud, snapshot, "newer").status == 200
    cloud.work()
    answer = delete(cloud, snapshot, file_to_merge=None, merge_target_file=None)
    assert (answer.status, answer.body) == (204, b"")
    cloud.work()
    assert cinder.snapshots[snapshot]["status"] == "deleting"
    assert files(cloud, server_id) == ["newer"]
    url = f"/v2.1/servers/{server_id}/os-instance-actions"
    headers = {"x-auth-token": "alice:p1:member,reader"}
    shown = cloud.request("GET", url, headers=headers).json()["instanceActions"]
    assert [one["action"] for one in shown] == ["attach_volume", "create"]


def test_a_guest_made_anew_has_the_file(cloud, server_id, snapshot):
    take(cloud, snapshot)
    cloud.work()
    with cloud.db.read() as tx:
        (device,) = tx.block_devices.of_server(server_id)
    assert device.connection["data"]["name"] == "new"


@pytest.mark.parametrize("state", ["none", "two", "busy", "suspend", "offloaded"])
def test_a_snapshot_that_no_guest_can_take_is_refused(cloud, cinder, server_id, snapshot, state):
    if state == "none":
        headers = {"x-auth-token": "alice:p1:member,reader"}
        url = f"/v2.1/servers/{server_id}/os-volume_attachments/{VOLUME_ID}"
        cloud.request("DELETE", url, headers=headers)
        cloud.work()
    elif state == "two":
        cinder.volumes[VOLUME_ID] |= {"multiattach": True, "format": "raw"}
        other = cloud.boot().json()["server"]["id"]
        cloud.work()
        attach(cloud, other)
    else:
        change(cloud, server_id, state)
    for answer in (take(cloud, snapshot), delete(cloud, snapshot)):
        assert answer.status == 400
        assert list(answer.json()) == ["badRequest"]
    cloud.work()
    assert "progress" not in cinder.snapshots[snapshot]


def change(cloud, server_id, state):
    with cloud.db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        if state == "busy":
            server.task_state = "migrating"
        elif state == "suspend":
            server.vm_state = "suspended"
        else:
            server.vm_state, server.host = "shelved_offloaded", None
        tx.servers.save(server)


@pytest.mark.parametrize("file", ["../new", "a/b", "..", "."])
def test_a_file_is_in_the_folder_of_the_volume(cloud, server_id, snapshot, file):
    assert take(cloud, snapshot, file).status == 400
    assert delete(cloud, snapshot, file_to_merge=file, merge_target_file="b").status == 400
    assert delete(cloud, snapshot, file_to_merge="b", merge_target_file=file).status == 400


@pytest.mark.parametrize(
    "info", [{"type": "raw"}, {"file_to_merge": 1}, {"merge_target_file": "b"}]
)
def test_a_deletion_is_one_of_files_in_qcow2(cloud, server_id, snapshot, info):
    assert delete(cloud, snapshot, **info).status == 400
