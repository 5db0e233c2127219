"""The block devices of requests for servers, of both forms, with and without an image."""

import json

import pytest

from computeapi.domain.errors import Invalid
from computeapi.domain.servers import NewServer
from computeapi.service.servers.requested_devices import planned_volumes

#: An image of a server that booted from a volume and had another one.
PROPERTIES = {
    "bdm_v2": "True",
    "root_device_name": "/dev/vda",
    "block_device_mapping": json.dumps(
        [
            {
                "source_type": "snapshot",
                "destination_type": "volume",
                "snapshot_id": name,
                "device_name": f"/dev/vd{name}",
                "boot_index": 0 if name == "a" else None,
            }
            for name in "ac"
        ]
    ),
}


def device(**changes):
    return {
        "source_type": "image",
        "destination_type": "local",
        "boot_index": 0,
        "uuid": "i",
    } | changes


def volume(**changes):
    return device(source_type="volume", destination_type="volume", uuid="v") | changes


def planned(ref, devices, properties=None, legacy=False):
    new = NewServer("s", "1", ref, block_devices=devices, has_legacy_devices=legacy)
    return planned_volumes(new, properties or {})


@pytest.mark.parametrize("devices", [[], [device(boot_index="0")], [device()]])
def test_servers_boot_from_their_image(devices):
    assert planned("i", devices) == []


@pytest.mark.parametrize(
    ("ref", "devices"),
    [
        (None, []),
        ("", []),
        ("other", [device()]),
        (None, [device()]),
        ("", [device(boot_index="0")]),
        ("i", [device(uuid=None)]),
        ("i", [device(boot_index=None)]),
        ("i", [device(volume_type="fast")]),
        (None, [device(destination_type="volume")]),
        ("i", [device(source_type="blank")]),
        ("i", [device(boot_index=1)]),
        ("i", [device(boot_index=-1)]),
        ("i", [device(), device()]),
        ("i", [device(), volume()]),
        ("i", [device(), volume(boot_index=2)]),
        ("i", [volume(boot_index=None)]),
        ("i", [{"no_device": True}]),
    ],
)
def test_servers_without_one_disk_to_boot_from(ref, devices):
    with pytest.raises(Invalid):
        planned(ref, devices)


@pytest.mark.parametrize("ref", ["i", None])
def test_servers_boot_from_a_volume(ref):
    assert [(one.source_id, one.is_root) for one in planned(ref, [volume()])] == [("v", True)]


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ([], ["a", "c"]),
        # Clients name the image a second time.
        ([device()], ["a", "c"]),
        ([volume(boot_index=1, device_name="vdc")], ["a", "v"]),
        ([volume(boot_index=-1)], ["a", "c", "v"]),
        ([{"no_device": True, "device_name": "/dev/vdc"}], ["a"]),
    ],
)
def test_a_request_changes_the_volumes_that_an_image_names(devices, expected):
    assert [one.source_id for one in planned("i", devices, PROPERTIES)] == expected


@pytest.mark.parametrize("root", [None, "/dev/sda"])
@pytest.mark.parametrize("prefix", ["", "/dev/"])
def test_the_older_form_boots_from_the_disk_with_the_name_of_the_root_disk(root, prefix):
    properties = {"root_device_name": root} if root else {}
    name = prefix + ("sda" if root else "vda")
    entry = {"volume_id": "v", "device_name": name, "delete_on_termination": "yes"}
    (found,) = planned("i", [entry], properties, legacy=True)
    assert (found.is_root, found.delete_on_termination) == (True, True)
    other = {"snapshot_id": "s", "device_name": f"{prefix}vdb"}
    assert [one.is_root for one in planned("i", [other], properties, legacy=True)] == [False]
    with pytest.raises(Invalid):
        planned(None, [other], legacy=True)


def test_an_image_that_names_its_root_volume_has_no_other_one():
    entry = {"volume_id": "v", "device_name": "/dev/vdb"}
    assert [one.is_root for one in planned("i", [entry], PROPERTIES, legacy=True)] == [
        True,
        False,
        False,
    ]
    with pytest.raises(Invalid):
        planned("i", [volume()], PROPERTIES)


@pytest.mark.parametrize("text", ["{", "[1]", '[{"destination_type": "volume"}]', "3"])
def test_an_image_whose_volumes_make_no_sense(text):
    with pytest.raises(Invalid):
        planned("i", [], {"block_device_mapping": text})
