"""Both front ends with a volume service: servers that boot from volumes, or are made with them."""

import pytest

IMAGE = "11111111-1111-4111-8111-111111111111"
VOLUME_ID = "11111111-0000-4000-8000-000000000000"
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


@pytest.mark.parametrize("image", [None, IMAGE])
@pytest.mark.parametrize("source", ["volume", "snapshot"])
def test_volumes_of_the_older_form(cloud, cinder, boot, show, source, image):
    given = {"volume": from_volume, "snapshot": from_snapshot}[source](cinder)
    entry = {"device_name": "/dev/vdb", f"{source}_id": given["uuid"]}
    none = {"device_name": "/dev/vdc", "no_device": ""}
    more = {"imageRef": image} if image else {}
    answer = boot(entry, none, form="block_device_mapping", **more)
    assert answer.status == 202
    cloud.work()
    server, (attachment,) = show(answer.json()["server"]["id"])
    assert server["status"] == "ACTIVE"
    assert attachment["device"] == ("/dev/vdb" if image else "/dev/vda")


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
        (from_volume, {}, {"imageRef": IMAGE}, "Boot sequence"),
        (from_volume, {}, {"min_count": 2}, "multiple instances"),
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
    "fields", [{"status": "in-use"}, {"status": "error"}, {"bootable": "false"}]
)
def test_a_volume_that_nothing_boots_from(cinder, boot, fields):
    device = from_volume(cinder, boot_index=0)
    cinder.volumes[VOLUME_ID] |= fields
    assert boot(device).status == 400


def test_two_disks_to_boot_from(cinder, boot):
    devices = from_volume(cinder, boot_index=0), from_image(cinder, boot_index=0)
    assert boot(*devices).status == 400


def test_a_volume_is_named_twice(cinder, boot):
    device = from_volume(cinder)
    assert boot(device, device, imageRef=IMAGE).status == 400


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"volume_size": 2000}, "VolumeSizeExceedsAvailableQuota"), ({"volume_type": "none"}, "find")],
)
def test_a_volume_that_is_not_made_is_an_error_of_the_server(
    cloud, cinder, boot, show, fields, message
):
    answer = boot(from_image(cinder, boot_index=0, **fields))
    assert answer.status == 202
    cloud.work()
    server, attachments = show(answer.json()["server"]["id"])
    assert (server["status"], attachments) == ("ERROR", [])
    assert message in server["fault"]["message"]


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


@pytest.mark.parametrize(
    "action",
    [
        {"rescue": None},
        {"rescue": {"rescue_image_ref": IMAGE}},
        {"rebuild": {"imageRef": IMAGE}},
        {"shelve": None},
        {"createBackup": {"name": "b", "backup_type": "daily", "rotation": 1}},
    ],
)
def test_actions_on_the_root_disk_are_for_disks_of_the_host(cloud, cinder, boot, action):
    server_id = boot(from_volume(cinder, boot_index=0)).json()["server"]["id"]
    cloud.work()
    answer = cloud.request("POST", f"/v2.1/servers/{server_id}/action", action)
    assert answer.status == 400
    assert "boots from a volume" in answer.json()["badRequest"]["message"]
