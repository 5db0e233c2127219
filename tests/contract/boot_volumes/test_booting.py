"""Both front ends with a volume service: servers that boot from volumes, or are made with them."""

import pytest

from tests.contract.boot_volumes.devices import (
    ATTACHED,
    IMAGE,
    VOLUME_ID,
    blank,
    from_image,
    from_snapshot,
    from_volume,
)

LOCAL = {"source_type": "image", "destination_type": "local", "uuid": IMAGE, "boot_index": 0}


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
