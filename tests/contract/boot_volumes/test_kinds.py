"""The kinds of devices, and the buses, that requests for servers choose for volumes."""

import pytest

from computeapi.virt.fake import FakeDriver
from computeapi.virt.volume_disks import disk_of
from tests.contract.boot_volumes.devices import IMAGE, from_volume

LOCAL = {"source_type": "image", "destination_type": "local", "uuid": IMAGE, "boot_index": 0}


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, ("disk", None)),
        ({"device_type": "disk", "disk_bus": "virtio"}, ("disk", "virtio")),
        ({"disk_bus": "sata"}, ("disk", "sata")),
        ({"device_type": "cdrom"}, ("cdrom", None)),
        ({"device_type": "cdrom", "disk_bus": "scsi"}, ("cdrom", "scsi")),
    ],
)
def test_a_volume_is_the_device_that_the_request_chooses(
    cloud, cinder, boot, monkeypatch, fields, kept
):
    made = []
    spawn = FakeDriver.spawn
    monkeypatch.setattr(
        FakeDriver, "spawn", lambda self, spec, *more: made.append(spec) or spawn(self, spec, *more)
    )
    assert boot(LOCAL, from_volume(cinder, **fields), imageRef=IMAGE).status == 202
    cloud.work()
    ((volume,),) = [spec.volumes for spec in made]
    assert (volume.device, volume.bus) == kept
    assert disk_of(volume).read_only is (kept[0] == "cdrom")


@pytest.mark.parametrize(
    "fields",
    [
        {"device_type": "floppy"},
        {"device_type": "lun"},
        {"device_type": "vinyl"},
        {"disk_bus": "fdc"},
        {"disk_bus": "xen"},
        {"disk_bus": "carrier pigeon"},
        {"device_type": "cdrom", "disk_bus": "virtio"},
    ],
)
def test_a_device_that_no_guest_can_have(cloud, cinder, boot, fields):
    assert boot(LOCAL, from_volume(cinder, **fields), imageRef=IMAGE).status == 400
    assert cloud.request("GET", "/v2.1/servers").json() == {"servers": []}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"device_type": "disk", "disk_bus": "virtio"}, 202),
        ({"disk_bus": "scsi"}, 400),
        ({"device_type": "cdrom"}, 400),
    ],
)
def test_the_image_chooses_the_bus_of_a_local_disk(boot, fields, status):
    assert boot(LOCAL | fields, imageRef=IMAGE).status == status
