"""Both front ends with a volume service: volumes are attached to servers, and shown."""

import pytest

from tests.contract.volumes.attachments import (
    ATTACHED,
    OTHER_ID,
    TAG,
    TERMINATION,
    VOLUME_ID,
)


@pytest.mark.parametrize(
    ("minor", "asked", "shown"),
    [
        (1, {}, {"id": VOLUME_ID}),
        (69, TAG, {"id": VOLUME_ID}),
        (70, TAG, {"id": VOLUME_ID} | TAG),
        (79, TAG | TERMINATION, {"id": VOLUME_ID} | TAG | TERMINATION),
        (89, TAG | TERMINATION, TAG | TERMINATION),
        (101, TAG | TERMINATION, TAG | TERMINATION),
    ],
)
def test_a_volume_is_attached_and_shown(
    cloud, send, volumes, server_id, plugged, minor, asked, shown
):
    always = {"device": "/dev/vdc", "serverId": server_id, "volumeId": VOLUME_ID}
    response = send("POST", "", minor, {"volumeId": VOLUME_ID, "device": "/dev/vdc"} | asked)
    if minor == 101:
        assert (response.status, response.body) == (202, b"")
    else:
        assert response.status == 200
        answered = always | {"id": VOLUME_ID} | shown
        assert response.json() == {"volumeAttachment": answered}
    cloud.work()
    assert plugged() == [VOLUME_ID]
    assert volumes.attached(VOLUME_ID) == [(server_id, "attached")]
    (one,) = send("GET", "", minor).json()["volumeAttachments"]
    assert send("GET", f"/{VOLUME_ID}", minor).json() == {"volumeAttachment": one}
    if minor >= 89:
        assert one.pop("attachment_id") in volumes.attachments
        assert len(one.pop("bdm_uuid")) == 36
    assert one == always | shown
    assert send("GET", f"/{OTHER_ID}", minor).status == 404


def test_every_request_names_the_caller_and_this_service(cloud, send, volumes, attached):
    assert {service for *_, service in volumes.requests} == {"service-token"}
    callers = [(method, path) for method, path, token, _ in volumes.requests if "alice" in token]
    assert callers == [("GET", f"/v3/volumes/{VOLUME_ID}"), ("POST", "/v3/attachments")]


def test_the_volume_service_knows_the_name_of_the_disk(cloud, send, volumes, attached, plugged):
    """Heat grows an attached volume so: it detaches it, and attaches it with the name it had."""
    (found,) = volumes.answer("GET", f"/v3/volumes/{VOLUME_ID}", {}, None)[1]["volume"][
        "attachments"
    ]
    assert found["device"] == "/dev/vdb"
    assert send("DELETE", attached).status == 202
    cloud.work()
    assert send("GET", attached).status == 404
    volumes.volumes[VOLUME_ID]["size"] = 2
    again = {"volumeId": VOLUME_ID, "device": found["device"]}
    assert send("POST", attachment=again).json()["volumeAttachment"]["device"] == "/dev/vdb"
    cloud.work()
    assert (plugged(), volumes.status(VOLUME_ID)) == ([VOLUME_ID], "in-use")


@pytest.mark.parametrize(
    ("minor", "shown"),
    [(2, {"id": VOLUME_ID}), (3, {"id": VOLUME_ID, "delete_on_termination": False})],
)
def test_servers_show_their_volumes(cloud, attached, show, minor, shown):
    assert show(minor)[ATTACHED] == [shown]
    headers = {
        "x-auth-token": "alice:p1:member,reader",
        "openstack-api-version": f"compute 2.{minor}",
    }
    listed = cloud.request("GET", "/v2.1/servers/detail", headers=headers).json()["servers"]
    assert [server[ATTACHED] for server in listed] == [[shown]]


def test_a_list_has_pages(cloud, send, volumes):
    for volume_id in (VOLUME_ID, OTHER_ID):
        send("POST", "", 1, {"volumeId": volume_id})
    every = send("GET").json()["volumeAttachments"]
    assert [(one["volumeId"], one["device"]) for one in every] == [
        (VOLUME_ID, "/dev/vdb"),
        (OTHER_ID, "/dev/vdc"),
    ]
    ids = [one["volumeId"] for one in send("GET", "?limit=1").json()["volumeAttachments"]]
    assert ids == [VOLUME_ID]
    ids = [one["volumeId"] for one in send("GET", "?offset=1").json()["volumeAttachments"]]
    assert ids == [OTHER_ID]


@pytest.mark.parametrize(
    ("fields", "minor", "status"),
    [
        ({"status": "error"}, 101, 400),
        ({"encrypted": True}, 101, 400),
        ({"status": "in-use"}, 60, 400),
        ({"status": "in-use", "multiattach": True}, 59, 400),
        ({"status": "available", "multiattach": True}, 59, 400),
        ({"status": "in-use", "multiattach": True}, 60, 200),
    ],
)
def test_the_state_of_a_volume_forbids_it(send, volumes, fields, minor, status):
    volumes.volumes[VOLUME_ID] |= fields
    assert send("POST", "", minor, {"volumeId": VOLUME_ID}).status == status
    assert len(send("GET").json()["volumeAttachments"]) == (status == 200)


def test_a_volume_is_attached_once(cloud, send, volumes, attached):
    for _ in range(2):
        volumes.volumes[VOLUME_ID] |= {"status": "available"}
        response = send("POST", "", 60, {"volumeId": VOLUME_ID})
        assert (response.status, len(volumes.attached(VOLUME_ID))) == (400, 1)


def test_a_volume_that_is_not_there(send, volumes):
    missing = "33333333-0000-4000-8000-000000000000"
    response = send("POST", "", 1, {"volumeId": missing})
    assert response.status == 404
    assert response.json()["itemNotFound"]["message"] == f"Volume {missing} could not be found."


@pytest.mark.parametrize("at", ["/v3/volumes", "/v3/attachments"])
def test_a_volume_service_that_does_not_answer(cloud, send, volumes, at):
    def before(_method, path):
        volumes.behaviour = 503 if path.startswith(at) else None

    volumes.before = before
    assert send("POST", "", 1, {"volumeId": VOLUME_ID}).status == 503
    volumes.before, volumes.behaviour = lambda method, path: None, None
    # What it may have reserved is released.
    cloud.return_host()
    assert volumes.attached(VOLUME_ID) == []


def test_a_server_has_so_many_disks(cloud, send, volumes):
    for number in range(25):
        volume_id = volumes.add()
        assert send("POST", "", 1, {"volumeId": volume_id}).status == 200, number
    assert send("POST", "", 1, {"volumeId": VOLUME_ID}).status == 403


@pytest.mark.parametrize("failing", ["plug", "connect"])
def test_a_volume_that_cannot_be_attached_is_released(
    cloud, send, volumes, server_id, show, failing
):
    def before(method, _path):
        volumes.behaviour = 400 if failing == "connect" and method == "PUT" else None

    volumes.before = before
    cloud.driver.control(fail=[failing])
    assert send("POST", "", 1, {"volumeId": VOLUME_ID}).status == 200
    cloud.work()
    assert send("GET").json()["volumeAttachments"] == []
    assert (volumes.attached(VOLUME_ID), volumes.status(VOLUME_ID)) == ([], "available")
    server = show()
    assert (server["status"], server["OS-EXT-STS:task_state"]) == ("ACTIVE", None)
    url = f"/v2.1/servers/{server_id}/os-instance-actions"
    names = [one["action"] for one in cloud.request("GET", url).json()["instanceActions"]]
    assert names[0] == "attach_volume"


def test_a_lock_keeps_the_volumes_of_a_server(cloud, send, attached, server_id):
    cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"lock": None})
    assert send("DELETE", attached).status == 409
    assert send("POST", "", 1, {"volumeId": OTHER_ID}).status == 409
    assert len(send("GET").json()["volumeAttachments"]) == 1


@pytest.mark.parametrize("vm_state", ["shelved", "shelved_offloaded"])
def test_a_shelved_server_takes_and_gives_volumes_since_2_20(
    cloud, send, volumes, attached, server_id, vm_state
):
    with cloud.db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        server.vm_state = vm_state
        server.host = None if vm_state == "shelved_offloaded" else server.host
        tx.servers.save(server)
    assert send("POST", "", 19, {"volumeId": OTHER_ID}).status == 409
    assert send("DELETE", attached, 19).status == 409
    assert send("POST", "", 20, {"volumeId": OTHER_ID}).status == 200
    assert send("DELETE", attached, 20).status == 202
    cloud.work()
    ids = [one["volumeId"] for one in send("GET").json()["volumeAttachments"]]
    assert ids == [OTHER_ID]
    assert (volumes.status(VOLUME_ID), len(volumes.attached(OTHER_ID))) == ("available", 1)


@pytest.mark.parametrize(("vm_state", "status"), [("shelved", 200), ("shelved_offloaded", 400)])
def test_a_server_without_a_host_takes_no_volume_that_several_servers_may_have(
    cloud, send, volumes, server_id, vm_state, status
):
    volumes.volumes[OTHER_ID] |= {"multiattach": True, "format": "raw"}
    with cloud.db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        server.vm_state = vm_state
        server.host = None if vm_state == "shelved_offloaded" else server.host
        tx.servers.save(server)
    assert send("POST", "", 60, {"volumeId": OTHER_ID}).status == status
    cloud.work()
    assert len(volumes.attached(OTHER_ID)) == (status == 200)
    assert len(send("GET").json()["volumeAttachments"]) == (status == 200)


@pytest.mark.parametrize("kind", ["raw", "qcow2"])
def test_two_servers_have_a_volume_if_it_is_raw(cloud, send, volumes, server_id, kind):
    """Two guests would spoil a qcow2 file."""
    volumes.volumes[VOLUME_ID] |= {"multiattach": True, "format": kind}
    other = cloud.boot().json()["server"]["id"]
    cloud.work()
    url = f"/v2.1/servers/{other}/os-volume_attachments"
    headers = {
        "x-auth-token": "alice:p1:member,reader",
        "openstack-api-version": "compute 2.60",
    }
    body = {"volumeAttachment": {"volumeId": VOLUME_ID}}
    assert send("POST", "", 60, {"volumeId": VOLUME_ID}).status == 200
    cloud.work()
    assert cloud.request("POST", url, body, headers).status == 200
    cloud.work()
    servers = {server_id, other} if kind == "raw" else set()
    assert set(volumes.attached(VOLUME_ID)) == {(one, "attached") for one in servers}
    guests = [cloud.driver._records.read(one)["volumes"] for one in (server_id, other)]
    assert guests == [[VOLUME_ID] if servers else []] * 2
