"""The device of a rescue disk."""

import pytest

from computeapi.domain.errors import Invalid
from computeapi.domain.hardware import Hardware
from computeapi.domain.servers.rescue import RescueDevice, rescue_device

Q35 = Hardware(machine_type="q35")


@pytest.mark.parametrize(
    ("properties", "hardware", "expected"),
    [
        ({}, Hardware(), RescueDevice(False, "disk", "virtio")),
        ({"hw_disk_bus": "ide"}, Hardware(), RescueDevice(False, "disk", "virtio")),
        ({}, Hardware(disk_bus="scsi"), RescueDevice(False, "disk", "scsi")),
        ({"hw_rescue_device": "disk"}, Hardware(), RescueDevice(True, "disk", "virtio")),
        ({"hw_rescue_bus": "usb"}, Hardware(), RescueDevice(True, "disk", "usb")),
        ({"hw_rescue_device": "cdrom"}, Hardware(), RescueDevice(True, "cdrom", "ide")),
        ({"hw_rescue_device": "cdrom"}, Q35, RescueDevice(True, "cdrom", "sata")),
        (
            {"hw_rescue_device": "cdrom"},
            Hardware(cdrom_bus="scsi"),
            RescueDevice(True, "cdrom", "scsi"),
        ),
        (
            {"hw_rescue_device": "cdrom", "hw_rescue_bus": "usb"},
            Q35,
            RescueDevice(True, "cdrom", "usb"),
        ),
    ],
)
def test_the_device_that_an_image_asks_for(properties, hardware, expected):
    assert rescue_device(properties, hardware) == expected


@pytest.mark.parametrize(
    ("properties", "hardware", "message"),
    [
        ({"hw_rescue_device": "floppy"}, Hardware(), "hw_rescue_device is 'floppy'"),
        ({"hw_rescue_bus": "fax"}, Hardware(), "hw_rescue_bus is 'fax'"),
        (
            {"hw_rescue_device": "cdrom", "hw_rescue_bus": "virtio"},
            Hardware(),
            "no CD-ROM on the bus virtio",
        ),
        ({"hw_rescue_bus": "ide"}, Q35, "q35 has no IDE bus"),
    ],
)
def test_a_device_that_no_guest_can_have(properties, hardware, message):
    with pytest.raises(Invalid, match=message):
        rescue_device(properties, hardware)
