"""Both front ends with a volume service: servers that boot from volumes, or are made with them."""

import json
from pathlib import Path

import pytest

from computeapi.images.folder import SIDECAR
from tests.cinder import Refused

IMAGE = "11111111-1111-4111-8111-111111111111"
VOLUME_ID = "11111111-0000-4000-8000-000000000000"
LOCAL = {"source_type": "image", "destination_type": "local", "uuid": IMAGE, "boot_index": 0}
ATTACHED = "os-extended-volumes:volumes_attached"


@pytest.fixture
def cloud(volume_cloud):
    return volume_cloud


@pytest.fixture
def boot(cloud):
    """Ask for a server; return the answer."""

    def boot(*devices, form="block_device_mapping_v2", minor=67, roles="member,reader", **more):
        headers = {
            "x-auth-token": f"alice:p1:{roles}",
            "openstack-api-version": f"compute 2.{minor}",
        }
        given = {"name": "s", "flavorRef": "42", form: list(devices), "networks": "auto"}
        body = {"server": given | more}
        return cloud.request("POST", "/v2.1/servers", body, headers)

    return boot


@pytest.fixture
def show(cloud):
    def show(server_id):
        headers = {
            "x-auth-token": "alice:p1:member,reader",
            "openstack-api-version": "compute 2.70",
        }
        shown = cloud.request("GET", f"/v2.1/servers/{server_id}", headers=headers).json()["server"]
        path = f"/v2.1/servers/{server_id}/os-volume_attachments"
        found = cloud.request("GET", path, headers=headers).json()["volumeAttachments"]
        return shown, found

    return show


def from_volume(cinder, **fields):
    cinder.add(VOLUME_ID)
    return {"source_type": "volume", "destination_type": "volume", "uuid": VOLUME_ID} | fields


def from_snapshot(cinder, **fields):
    cinder.add(VOLUME_ID, size=2)
    snapshot_id = cinder.add_snapshot(VOLUME_ID)
    return {"source_type": "snapshot", "destination_type": "volume", "uuid": snapshot_id} | fields


def from_image(cinder, **fields):
    given = {"source_type": "image", "destination_type": "volume", "uuid": IMAGE, "volume_size": 3}
    return given | fields


def blank(cinder, **fields):
    return {"source_type": "blank", "destination_type": "volume", "volume_size": 4} | fields


@pytest.mark.parametrize(
    ("device", "size"), [(from_volume, 1), (from_snapshot, 2), (from_image, 3)]
)
@pytest.mark.parametrize("delete", [True, False])
def test_a_server_boots_from_a_volume(cloud, cinder, boot, show, device, size, delete):
    answer = boot(device(cinder, boot_index=0, delete_on_termination=delete))
    assert answer.status == 202
    server_id = answer.json()["server"]["id"]
    cloud.work()
    server, (attachment,) = show(server_id)
    volume_id = attachment["volumeId"]
    assert (server["status"], server["image"]) == ("ACTIVE", "")
    assert server[ATTACHED] == [{"id": volume_id, "delete_on_termination": delete}]
    assert attachment["device"] == "/dev/vda"
    record = cloud.driver._records.read(server_id)
    assert (record["volumes"], record["disk_gb"], record["image"]) == ([volume_id], 0, None)
    assert cinder.attached(volume_id) == [(server_id, "attached")]
    assert cinder.volumes[volume_id]["size"] == size
    path = f"/v2.1/servers/{server_id}"
    # The guest would lose the disk that it runs from.
    assert cloud.request("DELETE", f"{path}/os-volume_attachments/{volume_id}").status == 403
    assert cloud.request("DELETE", path).status == 204
    cloud.work()
    assert cinder.attachments == {}
    assert cinder.status(volume_id) == ("deleted" if delete else "available")


def test_volumes_are_made_in_the_name_of_the_caller(cloud, cinder, boot):
    assert boot(from_image(cinder, boot_index=0, volume_type="fast")).status == 202
    (made,) = [request for request in cinder.requests if request[:2] == ("POST", "/v3/volumes")]
    assert made[2].startswith("alice")
    (volume,) = cinder.volumes.values()
    assert (volume["volume_type"], volume["source"]) == ("fast", IMAGE)


def test_a_server_has_other_volumes_beside_its_image(cloud, cinder, boot, show):
    answer = boot(
        LOCAL,
        from_volume(cinder, tag="data"),
        blank(cinder, boot_index=None, device_name="/dev/vdz", delete_on_termination=True),
        imageRef=IMAGE,
    )
    assert answer.status == 202
    cloud.work()
    server, attachments = show(answer.json()["server"]["id"])
    assert (server["status"], server["image"]["id"]) == ("ACTIVE", IMAGE)
    assert {(one["device"], one["tag"]) for one in attachments} == {
        ("/dev/vdb", "data"),
        ("/dev/vdz", None),
    }


def test_each_server_of_a_request_has_a_volume_of_its_own(cloud, cinder, boot):
    assert boot(from_image(cinder, boot_index=0), min_count=2).status == 202
    cloud.work()
    assert {volume["status"] for volume in cinder.volumes.values()} == {"in-use"}
    assert len(cinder.volumes) == 2


@pytest.mark.parametrize(
    ("image", "name", "is_root"),
    [
        (None, "vda", True),
        (None, "/dev/vda", True),
        (IMAGE, "/dev/vdb", False),
        # A volume with the name of the root disk takes its place.
        (IMAGE, "/dev/vda", True),
    ],
)
@pytest.mark.parametrize("source", ["volume", "snapshot"])
def test_volumes_of_the_older_form(cloud, cinder, boot, show, source, image, name, is_root):
    given = {"volume": from_volume, "snapshot": from_snapshot}[source](cinder)
    entry = {"device_name": name, f"{source}_id": given["uuid"]}
    none = {"device_name": "/dev/vdc", "no_device": True}
    more = {"imageRef": image} if image else {}
    answer = boot(entry, none, form="block_device_mapping", **more)
    assert answer.status == 202
    cloud.work()
    server, (attachment,) = show(answer.json()["server"]["id"])
    assert (server["status"], server["image"] == "") == ("ACTIVE", is_root)
    assert attachment["device"] == ("/dev/vda" if is_root else "/dev/vdb")


@pytest.mark.parametrize(
    "fields",
    [
        {"device_name": "/dev/vdb", "volume_id": VOLUME_ID},
        {"device_name": "/dev/vda", "no_device": ""},
        {"device_name": "/dev/vda"},
        {"device_name": "/dev/vda", "virtual_name": "root"},
    ],
)
def test_the_older_form_without_a_disk_to_boot_from(cinder, boot, fields):
    cinder.add(VOLUME_ID)
    assert boot(fields, form="block_device_mapping").status == 400


def test_a_volume_takes_the_place_of_the_disk_of_an_image(cloud, cinder, boot, show):
    device = from_volume(cinder, boot_index=0)
    cinder.volumes[VOLUME_ID]["bootable"] = "false"
    answer = boot(device, imageRef=IMAGE)
    assert answer.status == 202
    cloud.work()
    server, (attachment,) = show(answer.json()["server"]["id"])
    assert (server["status"], attachment["device"]) == ("ACTIVE", "/dev/vda")
    record = cloud.driver._records.read(server["id"])
    assert (record["volumes"], record["disk_gb"], record["image"]) == ([VOLUME_ID], 0, None)


def test_a_device_that_is_none_is_left_out(cloud, cinder, boot, show):
    none = blank(cinder, device_name="/dev/vdc", no_device=True)
    answer = boot(LOCAL, none, imageRef=IMAGE)
    assert answer.status == 202
    cloud.work()
    assert show(answer.json()["server"]["id"])[1] == []
    assert cinder.volumes == {}


@pytest.mark.parametrize(
    ("field", "known"), [("name", True), ("id", True), ("unknown", False), (None, True)]
)
def test_types_of_volumes(cinder, boot, field, known):
    chosen = {"name": "slow", "id": cinder.types["slow"], None: None}.get(field, "unknown")
    answer = boot(LOCAL, blank(cinder, volume_type=chosen), imageRef=IMAGE)
    assert answer.status == (202 if known else 400)
    asked = [one for one in cinder.requests if one[1] == "/v3/types"]
    assert bool(asked) == (field is not None)
    assert known or "type unknown could not be found" in answer.json()["badRequest"]["message"]


def test_a_flavor_without_a_disk_is_one_for_volumes(cloud, cinder, boot):
    flavor = {"flavor": {"name": "zero", "id": "zero", "ram": 64, "vcpus": 1, "disk": 0}}
    admin = {"x-auth-token": "root:ops:admin,member,reader"}
    assert cloud.request("POST", "/v2.1/flavors", flavor, admin).status == 200
    assert boot(imageRef=IMAGE, flavorRef="zero").status == 403
    assert boot(from_volume(cinder, boot_index=0), flavorRef="zero").status == 202


@pytest.mark.parametrize(
    ("device", "fields", "more", "message"),
    [
        (from_volume, {"uuid": IMAGE}, {}, "failed to get volume"),
        (from_snapshot, {"uuid": IMAGE}, {}, "failed to get snapshot"),
        (from_image, {"uuid": VOLUME_ID}, {}, "failed to get image"),
        (from_image, {"volume_size": None}, {}, ""),
        (from_image, {"uuid": "44444444-4444-4444-8444-444444444444"}, {}, "smaller than"),
        (from_snapshot, {"volume_size": 1}, {}, "smaller than"),
        (from_volume, {"destination_type": "local"}, {}, "local disk"),
        (from_volume, {"boot_index": 1}, {}, "Boot sequence"),
        (from_volume, {"boot_index": -1}, {}, "Boot sequence"),
        (from_volume, {"boot_index": None}, {"imageRef": IMAGE}, "Boot sequence"),
        (blank, {"boot_index": None}, {"imageRef": IMAGE}, "Boot sequence"),
        (blank, {"device_name": "/dev/vda"}, {"imageRef": IMAGE}, "root device vda"),
        (from_volume, {"device_name": "vda"}, {"imageRef": IMAGE}, "root device vda"),
        (from_volume, {"volume_type": "fast"}, {}, "volume_type"),
        (from_volume, {"uuid": None, "volume_id": VOLUME_ID}, {}, "needs its uuid"),
        (from_volume, {"source_type": None}, {}, "source_type"),
        (blank, {"uuid": VOLUME_ID}, {}, "no uuid"),
        (from_volume, {}, {"min_count": 2}, "multiple instances"),
        (from_volume, {}, {"max_count": 2}, "multiple instances"),
    ],
)
def test_volumes_that_servers_cannot_have(cloud, cinder, boot, device, fields, more, message):
    given = device(cinder, boot_index=0)
    given |= fields
    answer = boot({k: v for k, v in given.items() if v is not None}, **more)
    assert answer.status == 400
    assert message in answer.json()["badRequest"]["message"]
    assert cloud.request("GET", "/v2.1/servers").json() == {"servers": []}


@pytest.mark.parametrize(
    "fields",
    [{"status": "in-use"}, {"status": "error"}, {"bootable": "false"}, {"encrypted": True}],
)
def test_a_volume_that_nothing_boots_from(cinder, boot, fields):
    device = from_volume(cinder, boot_index=0)
    cinder.volumes[VOLUME_ID] |= fields
    assert boot(device).status == 400


def test_a_volume_that_several_servers_may_have_is_for_one_server_of_a_request(cinder, boot):
    device = from_volume(cinder, boot_index=0)
    cinder.volumes[VOLUME_ID]["multiattach"] = True
    assert boot(device, max_count=2).status == 400


def test_two_disks_to_boot_from(cinder, boot):
    devices = from_volume(cinder, boot_index=0), from_image(cinder, boot_index=0)
    assert boot(*devices).status == 400


def test_a_volume_is_named_twice(cinder, boot):
    device = from_volume(cinder)
    answer = boot(LOCAL, device, device, imageRef=IMAGE)
    assert answer.status == 400
    assert "named twice" in answer.json()["badRequest"]["message"]


def test_a_volume_that_is_not_made_is_an_error_of_the_server(cloud, cinder, boot, show):
    answer = boot(from_image(cinder, boot_index=0, volume_size=2000))
    assert answer.status == 202
    cloud.work()
    server, attachments = show(answer.json()["server"]["id"])
    assert (server["status"], attachments) == ("ERROR", [])
    assert "VolumeSizeExceedsAvailableQuota" in server["fault"]["message"]


def test_a_volume_that_fails_to_be_made_is_an_error_of_the_server(cloud, cinder, boot, show):
    answer = boot(from_image(cinder, boot_index=0, delete_on_termination=True))
    (volume,) = cinder.volumes.values()
    volume["status"] = "error"
    cloud.work()
    server_id = answer.json()["server"]["id"]
    assert show(server_id)[0]["status"] == "ERROR"
    assert cloud.request("DELETE", f"/v2.1/servers/{server_id}").status == 204
    cloud.work()
    assert (cinder.volumes, cinder.attachments) == ({}, {})


@pytest.fixture
def server_id(cloud, cinder, boot):
    """The id of an active server that boots from a volume and has another one."""
    data = blank(cinder, boot_index=None, device_name="/dev/vdc", tag="data")
    found = boot(from_volume(cinder, boot_index=0), data).json()["server"]["id"]
    cloud.work()
    return found


@pytest.fixture
def act(cloud, server_id):
    """Ask for an action on the server as an administrator; return the answer."""

    def act(action, minor=1):
        headers = {
            "x-auth-token": "alice:p1:admin,member,reader",
            "openstack-api-version": f"compute 2.{minor}",
        }
        answer = cloud.request("POST", f"/v2.1/servers/{server_id}/action", action, headers)
        cloud.work()
        return answer

    return act


def guest_of(cloud, server_id):
    """Return the record of the guest of a server, on the one host that has one."""
    (found,) = [
        worker.driver._records.read(server_id)
        for worker in cloud._workers.values()
        if server_id in worker.driver.guests()
    ]
    return found


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
