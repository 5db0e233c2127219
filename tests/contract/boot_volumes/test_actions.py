"""Both front ends with a volume service: actions on servers that boot from volumes."""

import json
from pathlib import Path

import pytest

from computeapi.images.folder import SIDECAR
from tests.cinder import Refused
from tests.contract.boot_volumes.devices import (
    IMAGE,
    VOLUME_ID,
    guest_of,
)


@pytest.mark.parametrize(
    ("action", "minor", "message"),
    [
        ({"rescue": {"rescue_image_ref": IMAGE}}, 86, "boots from a volume"),
        ({"rescue": None}, 87, "boots from a volume"),
        ({"rescue": {"rescue_image_ref": IMAGE}}, 87, "hw_rescue_device"),
        ({"rebuild": {"imageRef": IMAGE}}, 92, "different image for a volume-backed"),
        ({"createBackup": {"name": "b", "backup_type": "day", "rotation": 1}}, 1, "from a volume"),
    ],
)
def test_actions_that_servers_which_boot_from_volumes_cannot_have(
    cloud, show, server_id, act, action, minor, message
):
    answer = act(action, minor)
    assert answer.status == 400
    assert message in answer.json()["badRequest"]["message"]
    assert show(server_id)[0]["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("minor", "made_of", "times"), [(1, IMAGE, 0), (92, IMAGE, 0), (93, IMAGE, 1), (93, "x", 1)]
)
def test_a_server_that_boots_from_a_volume_is_rebuilt(
    cloud, cinder, show, server_id, act, minor, made_of, times
):
    cinder.volumes[VOLUME_ID]["volume_image_metadata"] = {"image_id": made_of}
    assert act({"rebuild": {"imageRef": IMAGE}}, minor).status == 202
    server, attachments = show(server_id)
    assert (server["status"], server["image"]) == ("ACTIVE", "")
    assert cinder.volumes[VOLUME_ID].get("images", 0) == times
    assert {cinder.status(one["volumeId"]) for one in attachments} == {"in-use"}
    assert cinder.attached(VOLUME_ID) == [(server_id, "attached")]


@pytest.mark.parametrize("boots_from_volume", [True, False])
def test_no_disk_is_made_anew_of_an_image_without_data(cloud, server_id, boots_from_volume):
    image_id = "88888888-8888-4888-8888-888888888888"
    path = Path(cloud.conf.images.folder) / f"{image_id}.raw"
    sidecar = path.with_name(f"{path.name}{SIDECAR}")
    path.touch()
    sidecar.write_text(json.dumps({"id": image_id}))
    rebuilt = server_id if boots_from_volume else cloud.boot().json()["server"]["id"]
    cloud.work()
    headers = {"x-auth-token": "alice:p1:member,reader", "openstack-api-version": "compute 2.93"}
    action = {"rebuild": {"imageRef": image_id}}
    answer = cloud.request("POST", f"/v2.1/servers/{rebuilt}/action", action, headers)
    path.unlink()
    sidecar.unlink()
    assert answer.status == 400
    assert "has no data" in answer.json()["badRequest"]["message"]


def test_a_volume_is_too_small_for_the_image_of_a_rebuild(act):
    image_ref = "44444444-4444-4444-8444-444444444444"
    answer = act({"rebuild": {"imageRef": image_ref}}, 93)
    assert answer.status == 400
    assert "smaller than" in answer.json()["badRequest"]["message"]


def test_a_server_whose_volume_cannot_be_made_anew_is_an_error(cinder, show, server_id, act):
    def fail(_method, path):
        if path.endswith("/action") and "/volumes/" in path:
            cinder.volumes[VOLUME_ID]["status"] = "error"

    cinder.before = fail
    assert act({"rebuild": {"imageRef": IMAGE}}, 93).status == 202
    assert show(server_id)[0]["status"] == "ERROR"


def test_a_server_that_boots_from_a_volume_is_rescued(cloud, show, server_id, act):
    image_ref = "66666666-6666-4666-8666-666666666666"
    assert act({"rescue": {"rescue_image_ref": image_ref}}, 87).status == 200
    assert show(server_id)[0]["status"] == "RESCUE"
    assert guest_of(cloud, server_id)["rescue"]["image"] == image_ref
    assert act({"unrescue": None}).status == 202
    assert show(server_id)[0]["status"] == "ACTIVE"


def test_a_server_that_boots_from_a_volume_is_shelved_without_an_image(
    cloud, cinder, show, server_id, act
):
    assert act({"shelve": None}).status == 202
    server, attachments = show(server_id)
    assert (server["status"], server["OS-EXT-STS:task_state"]) == ("SHELVED_OFFLOADED", None)
    assert len(attachments) == 2
    # No host has them any more, and no other server can have them.
    assert cinder.attached(VOLUME_ID) == [(server_id, "reserved")]
    assert cinder.status(VOLUME_ID) == "reserved"
    assert act({"unshelve": None}).status == 202
    assert show(server_id)[0]["status"] == "ACTIVE"
    record = guest_of(cloud, server_id)
    assert (len(record["volumes"]), record["disk_gb"], record["image"]) == (2, 0, None)
    assert cinder.attached(VOLUME_ID) == [(server_id, "attached")]


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ([{"resize": {"flavorRef": "zero"}}, {"confirmResize": None}], "ACTIVE"),
        ([{"resize": {"flavorRef": "zero"}}, {"revertResize": None}], "ACTIVE"),
        ([{"migrate": None}, {"confirmResize": None}], "ACTIVE"),
        ([{"migrate": None}, {"revertResize": None}], "ACTIVE"),
    ],
    ids=lambda found: "-".join(next(iter(one)) for one in found) if found != "ACTIVE" else "",
)
def test_a_server_that_boots_from_a_volume_moves(
    cloud, cinder, show, server_id, act, actions, status
):
    flavor = {"flavor": {"name": "zero", "id": "zero", "ram": 64, "vcpus": 1, "disk": 0}}
    admin = {"x-auth-token": "root:ops:admin,member,reader"}
    assert cloud.request("POST", "/v2.1/flavors", flavor, admin).status == 200
    cloud.add_host("host2")
    for action in actions:
        assert act(action).status in (202, 204)
    server, attachments = show(server_id)
    assert (server["status"], len(attachments)) == (status, 2)
    assert guest_of(cloud, server_id)["disk_gb"] == 0
    assert cinder.attached(VOLUME_ID) == [(server_id, "attached")]


def test_a_server_that_boots_from_a_volume_is_evacuated(cloud, cinder, show, server_id, act):
    cloud.lose_host()
    cloud.add_host("host2")
    assert act({"evacuate": {}}, 94).status == 200
    assert show(server_id)[0]["status"] == "ACTIVE"
    record = cloud._workers["host2"].driver._records.read(server_id)
    assert (len(record["volumes"]), record["disk_gb"]) == (2, 0)
    assert [a["connection_info"]["data"]["host"] for a in cinder.attachments.values()] == [
        "host2",
        "host2",
    ]


def test_an_image_of_a_server_that_boots_from_a_volume_has_snapshots(
    cloud, cinder, boot, show, server_id, act
):
    answer = act({"createImage": {"name": "all", "metadata": {"of": "me"}}}, 45)
    assert answer.status == 202
    image_id = answer.json()["image_id"]
    image = cloud.request("GET", f"/v2.1/images/{image_id}").json()["image"]
    assert (image["status"], image["OS-EXT-IMG-SIZE:size"]) == ("ACTIVE", 0)
    assert image["metadata"]["of"] == "me"
    root, data = json.loads(image["metadata"]["block_device_mapping"])
    assert (root["boot_index"], root["device_name"], root["tag"]) == (0, "/dev/vda", None)
    assert (data["boot_index"], data["device_name"], data["tag"]) == (None, "/dev/vdc", "data")
    assert {root["snapshot_id"], data["snapshot_id"]} == set(cinder.snapshots)
    assert {one["name"] for one in cinder.snapshots.values()} == {"snapshot for all"}
    # A server of the image has volumes of these snapshots.
    made = boot(imageRef=image_id).json()["server"]["id"]
    cloud.work()
    server, attachments = show(made)
    assert (server["status"], server["image"]) == ("ACTIVE", "")
    assert {one["device"] for one in attachments} == {"/dev/vda", "/dev/vdc"}
    sources = {cinder.volumes[one["volumeId"]]["source"] for one in attachments}
    assert sources == set(cinder.snapshots)
    (action,) = [
        one
        for one in cloud.request(
            "GET",
            f"/v2.1/servers/{server_id}/os-instance-actions",
            headers={"x-auth-token": "alice:p1:member,reader"},
        ).json()["instanceActions"]
        if one["action"] == "createImage"
    ]
    assert action["message"] is None


def test_an_image_whose_snapshots_are_refused_leaves_nothing(cloud, cinder, server_id, act):
    def fail(method, path):
        if method == "POST" and path == "/v3/snapshots" and cinder.snapshots:
            raise Refused(413, "SnapshotLimitExceeded")

    cinder.before = fail
    assert act({"createImage": {"name": "all"}}).status == 403
    assert cinder.snapshots == {}
    images = cloud.request("GET", "/v2.1/images").json()["images"]
    assert "all" not in {image["name"] for image in images}
