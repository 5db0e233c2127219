"""Both front ends with a volume service that can attach and detach volumes."""

from typing import Any

import pytest

from computeapi.domain.volumes import VolumeAttachment
from computeapi.volumes import NoVolumes

VOLUME_ID, OTHER_ID, ATTACHMENT_ID, MAPPING_ID = (
    f"{digit * 8}-0000-4000-8000-000000000000" for digit in "1234"
)


class Attaching(NoVolumes):
    """Has every volume, and notes the changes of attachments.

    :ivar kept: the attachments that there are.
    """

    def __init__(self) -> None:
        self.kept: list[VolumeAttachment] = []
        self.changes: list[tuple[Any, ...]] = []

    def attachments(self, context, server):
        return self.kept

    def attach(self, context, server, new):
        made = VolumeAttachment(
            new.volume_id, server.id, ATTACHMENT_ID, MAPPING_ID,
            new.device, new.tag, new.delete_on_termination,
        )  # fmt: skip
        self.kept.append(made)
        return made

    def detach(self, context, server, attachment):
        self.kept.remove(attachment)

    def swap(self, context, server, attachment, volume_id):
        self.changes.append(("swap", attachment.volume_id, volume_id))

    def keep_or_delete(self, context, server, attachment, delete):
        self.changes.append(("delete", attachment.volume_id, delete))


@pytest.fixture
def volumes(cloud, monkeypatch):
    found = Attaching()
    monkeypatch.setattr(cloud.services.servers.volume_attachments, "_volumes", found)
    return found


@pytest.fixture
def server_id(cloud):
    """The id of an active server."""
    found = cloud.boot().json()["server"]["id"]
    cloud.work()
    return found


@pytest.fixture
def send(cloud, server_id):
    """Send a request about the volumes of the server."""

    def send(method, path, minor, attachment=None, roles="member,reader"):
        headers = {
            "x-auth-token": f"alice:p1:{roles}",
            "openstack-api-version": f"compute 2.{minor}",
        }
        body = attachment and {"volumeAttachment": attachment}
        url = f"/v2.1/servers/{server_id}/os-volume_attachments{path}"
        return cloud.request(method, url, body, headers)

    return send


IDS = {"attachment_id": ATTACHMENT_ID, "bdm_uuid": MAPPING_ID}
OLD_ID = {"id": VOLUME_ID}
TAG, TERMINATION = {"tag": "data"}, {"delete_on_termination": True}


@pytest.mark.parametrize(
    ("minor", "asked", "attached", "shown"),
    [
        (1, {}, OLD_ID, OLD_ID),
        (69, TAG, OLD_ID, OLD_ID),
        (70, TAG, OLD_ID | TAG, OLD_ID | TAG),
        (79, TAG | TERMINATION, OLD_ID | TAG | TERMINATION, OLD_ID | TAG | TERMINATION),
        (89, TAG | TERMINATION, OLD_ID | TAG | TERMINATION, IDS | TAG | TERMINATION),
        (101, TAG | TERMINATION, None, IDS | TAG | TERMINATION),
    ],
)
def test_a_volume_is_attached_and_shown(send, volumes, server_id, minor, asked, attached, shown):
    always = {"device": "/dev/vdb", "serverId": server_id, "volumeId": VOLUME_ID}
    wanted = {"volumeId": VOLUME_ID, "device": "/dev/vdb"} | asked
    response = send("POST", "", minor, wanted)
    if attached is None:
        assert (response.status, response.body) == (202, b"")
    else:
        assert response.status == 200
        assert response.json() == {"volumeAttachment": always | attached}
    assert send("GET", "", minor).json() == {"volumeAttachments": [always | shown]}
    one = send("GET", f"/{VOLUME_ID}", minor)
    assert one.json() == {"volumeAttachment": always | shown}
    assert send("GET", f"/{OTHER_ID}", minor).status == 404


@pytest.fixture
def attached(send, volumes):
    """Attach a volume, and return its path."""
    assert send("POST", "", 79, {"volumeId": VOLUME_ID, "tag": "data"}).status == 200
    return f"/{VOLUME_ID}"


def test_a_list_has_pages(send, volumes):
    for volume_id in (VOLUME_ID, OTHER_ID):
        send("POST", "", 1, {"volumeId": volume_id})
    ids = [one["volumeId"] for one in send("GET", "?limit=1", 1).json()["volumeAttachments"]]
    assert ids == [VOLUME_ID]
    ids = [one["volumeId"] for one in send("GET", "?offset=1", 1).json()["volumeAttachments"]]
    assert ids == [OTHER_ID]


def test_a_volume_is_detached(send, volumes, attached):
    response = send("DELETE", attached, 1)
    assert (response.status, response.body, volumes.kept) == (202, b"", [])


def test_administrators_put_another_volume_in_its_place(send, volumes, attached):
    for minor in (1, 85):
        response = send("PUT", attached, minor, {"volumeId": OTHER_ID}, roles="admin,member")
        assert (response.status, response.body) == (202, b"")
    assert volumes.changes == [("swap", VOLUME_ID, OTHER_ID)] * 2


def test_members_choose_whether_a_volume_is_deleted(send, volumes, attached, server_id):
    same = {"volumeId": VOLUME_ID, "id": VOLUME_ID, "serverId": server_id, "tag": "data"}
    assert send("PUT", attached, 85, same | TERMINATION).status == 202
    assert volumes.changes == [("delete", VOLUME_ID, True)]


@pytest.mark.parametrize(
    "other", [{"tag": "other"}, {"device": "/dev/vdz"}, {"serverId": OTHER_ID}, {"id": OTHER_ID}]
)
def test_nothing_else_of_an_attachment_changes(send, volumes, attached, other):
    change = {"volumeId": VOLUME_ID} | TERMINATION | other
    assert send("PUT", attached, 85, change).status == 400
    assert volumes.changes == []


def test_a_lock_keeps_the_volumes_of_a_server(cloud, send, volumes, attached, server_id):
    cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"lock": None})
    assert send("DELETE", attached, 1).status == 409
    assert send("POST", "", 1, {"volumeId": OTHER_ID}).status == 409
    assert len(volumes.kept) == 1


@pytest.mark.parametrize("vm_state", ["shelved", "shelved_offloaded"])
def test_a_shelved_server_takes_and_gives_volumes_since_2_20(
    cloud, send, volumes, attached, server_id, vm_state
):
    with cloud.db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        server.vm_state = vm_state
        tx.servers.save(server)
    assert send("POST", "", 19, {"volumeId": OTHER_ID}).status == 409
    assert send("DELETE", attached, 19).status == 409
    assert send("POST", "", 20, {"volumeId": OTHER_ID}).status == 200
    assert send("DELETE", attached, 20).status == 202
    assert [one.volume_id for one in volumes.kept] == [OTHER_ID]
