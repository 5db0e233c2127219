"""How guests are rescued, held against every adapter."""

import dataclasses
import uuid
from xml.etree import ElementTree as ET

import pytest

from computeapi.domain.hardware import Hardware
from computeapi.domain.servers import PowerState
from computeapi.domain.servers.rescue import RescueDevice
from computeapi.virt.driver import GuestNotFound
from computeapi.virt.driver_rescue import RescueDisk

PLAIN = RescueDevice(False, "disk", "virtio")


def nothing():
    pass


@pytest.fixture
def spec(spawn_with_disks):
    """The spec of a guest that runs, as it is when it is rescued: without its image."""
    spec = spawn_with_disks(hardware=Hardware(scsi_model="virtio-scsi", usb_model="qemu-xhci"))
    drive = {"openstack/latest/meta_data.json": b'{"hostname": "h", "admin_pass": "secret"}'}
    return dataclasses.replace(spec, image_path=None, config_drive=drive)


def disk(bench, device=PLAIN, token="a-rescue"):
    return RescueDisk(token, bench.state / "boot.raw", "raw", device)


def rescue(bench, spec, wanted, checkpoint=nothing):
    return bench.driver.rescue(spec, wanted, 0, checkpoint)


def unrescue(bench, spec, checkpoint=nothing):
    return bench.driver.unrescue(spec, 0, checkpoint)


def test_a_guest_is_rescued_and_gets_its_own_disk_again(bench, spec):
    before = bench.driver.guest(spec.server_id)
    for _ in range(2):
        guest = rescue(bench, spec, disk(bench))
        assert (guest.power_state, guest.addresses) == (PowerState.RUNNING, before.addresses)
        assert guest.ssh_port == before.ssh_port
    bench.wait_until_up(spec.server_id)
    for _ in range(2):
        assert unrescue(bench, spec).power_state == PowerState.SHUTDOWN
    assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    bench.wait_until_up(spec.server_id)
    # One that is not rescued stays as it is.
    assert unrescue(bench, spec).power_state == PowerState.RUNNING
    # Another rescue begins with another disk.
    assert rescue(bench, spec, disk(bench, token="b")).power_state == PowerState.RUNNING


def test_no_guest_is_an_error_that_says_so(bench):
    spec = bench.spec(server_id=str(uuid.uuid4()))
    with pytest.raises(GuestNotFound):
        rescue(bench, spec, disk(bench))
    with pytest.raises(GuestNotFound):
        unrescue(bench, spec)


def disks_of(bench, spec):
    """Return the disks of a guest: name on the bus -> file, bus, kind and place in the boot."""
    root = ET.fromstring(bench.domain(spec.server_id).XMLDesc())
    found = {}
    for element in root.findall("devices/disk"):
        target, boot = element.find("target"), element.find("boot")
        name = element.find("source").get("file").rsplit("/", 1)[-1]
        order = None if boot is None else boot.get("order")
        found[target.get("dev")] = (name, target.get("bus"), element.get("device"), order)
    return found


OWN = {
    "vda": ("disk", "virtio", "disk", "1"),
    "vdb": ("disk.ephemeral", "virtio", "disk", None),
    "vdc": ("disk.swap", "virtio", "disk", None),
    "hda": ("disk.config", "ide", "cdrom", None),
}
KEPT = {**OWN, "vda": ("disk", "virtio", "disk", None)}
KEPT["hda"] = ("disk.config.rescue", "ide", "cdrom", None)


@pytest.mark.parametrize("bench", ["embed"], indirect=True)
@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (
            PLAIN,
            {
                "vda": ("disk.rescue", "virtio", "disk", "1"),
                "vdb": ("disk", "virtio", "disk", None),
                "hda": ("disk.config.rescue", "ide", "cdrom", None),
            },
        ),
        (
            RescueDevice(True, "disk", "virtio"),
            {**KEPT, "vdd": ("disk.rescue", "virtio", "disk", "1")},
        ),
        (
            RescueDevice(True, "cdrom", "scsi"),
            {**KEPT, "sda": ("disk.rescue", "scsi", "cdrom", "1")},
        ),
        (RescueDevice(True, "disk", "usb"), {**KEPT, "sda": ("disk.rescue", "usb", "disk", "1")}),
        (RescueDevice(True, "cdrom", "ide"), {**KEPT, "hdb": ("disk.rescue", "ide", "cdrom", "1")}),
    ],
    ids=["plain", "stable", "scsi-cdrom", "usb", "ide-cdrom"],
)
def test_a_rescued_guest_has_the_disks_that_it_should(bench, spec, device, expected):
    folder = bench.state / "instances" / spec.server_id
    assert disks_of(bench, spec) == OWN
    rescue(bench, spec, disk(bench, device))
    assert disks_of(bench, spec) == expected
    if device.device == "disk":
        # The image is none of a CD-ROM, which guests boot from in another way.
        bench.wait_until_up(spec.server_id)
    assert b"secret" in (folder / "disk.config.rescue").read_bytes()
    assert b"secret" not in (folder / "disk.config").read_bytes()
    unrescue(bench, spec)
    assert disks_of(bench, spec) == OWN
    assert not list(folder.glob("*rescue*"))


class Dies(Exception):
    """The worker ends here."""


@pytest.mark.parametrize("bench", ["embed", "fake"], indirect=True)
@pytest.mark.parametrize("verb", [rescue, unrescue])
def test_a_worker_that_dies_meanwhile_is_followed_by_another_one(bench, spec, verb):
    wanted = disk(bench)
    arguments = (bench, spec, wanted) if verb is rescue else (bench, spec)
    reached = PowerState.RUNNING if verb is rescue else PowerState.SHUTDOWN
    moment = 0
    while True:
        moment += 1
        left = moment

        def checkpoint():
            nonlocal left
            left -= 1
            if left == 0:
                raise Dies

        (unrescue if verb is rescue else rescue)(
            *((bench, spec) if verb is rescue else (bench, spec, wanted))
        )
        try:
            verb(*arguments, checkpoint=checkpoint)
        except Dies:
            assert verb(*arguments).power_state == reached
            continue
        break
    assert moment > 1
