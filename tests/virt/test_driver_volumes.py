"""How guests get volumes and lose them, held against every adapter."""

import dataclasses
import json
import re
import subprocess
import uuid
from xml.etree import ElementTree as ET

import pytest

from computeapi.virt.driver import DriverError, GuestNotFound, VolumeDisk

VOLUME_ID, OTHER_ID = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")


#: An address on a PCI bus, as guests see it.
PCI = r"0000:([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])"


def nothing():
    pass


@pytest.fixture
def spec(spawn):
    return dataclasses.replace(spawn(), image_path=None)


def volume(bench, volume_id=VOLUME_ID, target="vdb", kind="qcow2", **fields):
    path = bench.state / f"volume-{volume_id}.{kind}"
    if not path.exists():
        subprocess.run(["qemu-img", "create", "-q", "-f", kind, path, "16M"], check=True)
    return VolumeDisk(volume_id, path, kind, target, **fields)


def size_of(path):
    """Return the bytes of the disk in a file that no guest has open."""
    command = ["qemu-img", "info", "--output=json", path]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[
        "virtual-size"
    ]


def volumes_of(bench, spec, inactive=False):
    """Return the volumes of a guest: id -> its name on the bus."""
    if bench.kind == "fake":
        record = bench.driver._records.read(spec.server_id)
        return dict.fromkeys(record["volumes"], "vdb")
    flags = pytest.importorskip("libvirt").VIR_DOMAIN_XML_INACTIVE if inactive else 0
    root = ET.fromstring(bench.domain(spec.server_id).XMLDesc(flags))
    disks = root.findall("devices/disk")
    return {
        d.findtext("serial"): d.find("target").get("dev")
        for d in disks
        if d.find("serial") is not None
    }


def require_devices(bench):
    if bench.kind == "test":
        pytest.skip("libvirt's test driver attaches no devices")


def test_a_running_guest_gets_a_volume_and_keeps_it(bench, spec):
    require_devices(bench)
    for _ in range(2):
        bench.driver.plug(spec.server_id, volume(bench))
    assert volumes_of(bench, spec) == {VOLUME_ID: "vdb"}
    assert volumes_of(bench, spec, inactive=True) == {VOLUME_ID: "vdb"}
    bench.driver.extend(spec.server_id, VOLUME_ID, 32 * 2**20)
    bench.driver.reboot(spec.server_id, True, 0, nothing)
    assert volumes_of(bench, spec) == {VOLUME_ID: "vdb"}
    bench.driver.power_off(spec.server_id, 0, nothing)
    for _ in range(2):
        bench.driver.unplug(spec.server_id, VOLUME_ID, nothing)
    assert volumes_of(bench, spec, inactive=True) == {}
    bench.driver.power_on(spec.server_id)
    assert volumes_of(bench, spec) == {}


def test_a_guest_only_reads_a_volume_and_keeps_to_its_limits(bench, spec):
    if bench.kind != "embed":
        pytest.skip("the guest of no other driver has a definition with disks")
    volume_id, limits = str(uuid.uuid4()), (("read_bytes_sec", 2**20), ("size_iops_sec", 4096))
    disk = volume(bench, volume_id, read_only=True, limits=limits)
    bench.driver.plug(spec.server_id, disk)
    # It is as large as that already: nothing is written.
    bench.driver.extend(spec.server_id, volume_id, 16 * 2**20)
    disks = ET.fromstring(bench.domain(spec.server_id).XMLDesc()).findall("devices/disk")
    (found,) = [one for one in disks if one.findtext("serial") == volume_id]
    assert found.find("readonly") is not None
    tuned = {one.tag: one.text for one in found.find("iotune")}
    assert tuned == {"read_bytes_sec": str(2**20), "size_iops_sec": "4096"}


def test_a_guest_that_is_off_gets_volumes(bench, spec):
    require_devices(bench)
    bench.driver.power_off(spec.server_id, 0, nothing)
    bench.driver.plug(spec.server_id, volume(bench))
    # Another volume gets another name, whatever it wishes.
    bench.driver.plug(spec.server_id, volume(bench, OTHER_ID))
    bench.driver.power_on(spec.server_id)
    found = volumes_of(bench, spec)
    assert set(found) == {VOLUME_ID, OTHER_ID}
    if bench.kind != "fake":
        assert set(found.values()) == {"vdb", "vdc"}


def test_a_volume_of_a_guest_that_is_off_grows(bench, spec):
    if bench.kind != "embed":
        pytest.skip("the guest of no other driver has files")
    volume_id = str(uuid.uuid4())
    disk = volume(bench, volume_id)
    bench.driver.plug(spec.server_id, disk)
    bench.driver.power_off(spec.server_id, 0, nothing)
    for size in (32 * 2**20, 24 * 2**20):
        bench.driver.extend(spec.server_id, volume_id, size)
        assert size_of(disk.path) == 32 * 2**20


def test_a_running_guest_gets_another_volume_in_the_place_of_one(bench, spec):
    require_devices(bench)
    # Files of their own: those of the other tests grow.
    old_id, new_id = str(uuid.uuid4()), str(uuid.uuid4())
    old, new = volume(bench, old_id), volume(bench, new_id)
    if bench.kind == "embed":
        write = ["qemu-io", "-f", "qcow2", "-c", "write -P 7 1M 64k", old.path]
        subprocess.run(write, check=True, stdout=subprocess.DEVNULL)
    bench.driver.plug(spec.server_id, old)
    for _ in range(2):
        bench.driver.swap(spec.server_id, old_id, new, nothing)
        assert volumes_of(bench, spec, inactive=True) == {new_id: "vdb"}
    # One that the volume service moves keeps its id.
    new = dataclasses.replace(volume(bench, str(uuid.uuid4())), volume_id=new_id)
    for _ in range(2):
        bench.driver.swap(spec.server_id, new_id, new, nothing)
        assert volumes_of(bench, spec, inactive=True) == {new_id: "vdb"}
    # It is known by the id of the new volume, whatever the running guest calls it.
    for size in (32 * 2**20, 24 * 2**20):
        bench.driver.extend(spec.server_id, new_id, size)
    bench.driver.power_off(spec.server_id, 0, nothing)
    if bench.kind == "embed":
        assert (size_of(old.path), size_of(new.path)) == (16 * 2**20, 32 * 2**20)
        read = ["qemu-io", "-f", "qcow2", "-c", "read -P 7 1M 64k", new.path]
        found = subprocess.run(read, check=True, capture_output=True, text=True)
        assert "failed" not in found.stdout
    bench.driver.unplug(spec.server_id, new_id, nothing)
    assert volumes_of(bench, spec, inactive=True) == {}


def test_a_guest_that_is_off_keeps_its_volume(bench, spec):
    if bench.kind != "embed":
        pytest.skip("the other drivers copy nothing")
    bench.driver.plug(spec.server_id, volume(bench))
    bench.driver.power_off(spec.server_id, 0, nothing)
    with pytest.raises(DriverError) as caught:
        bench.driver.swap(spec.server_id, VOLUME_ID, volume(bench, OTHER_ID), nothing)
    assert "a guest that runs" in caught.value.reason
    assert volumes_of(bench, spec, inactive=True) == {VOLUME_ID: "vdb"}


@pytest.mark.parametrize("shareable", [True, False])
def test_two_guests_have_a_volume_that_is_shareable(bench, spec, shareable):
    if bench.kind != "embed":
        pytest.skip("the guest of no other driver opens files")
    disk = volume(bench, kind="raw", shareable=shareable)
    bench.driver.plug(spec.server_id, disk)
    other = bench.spec(volumes=(disk,)) if shareable else bench.spec()
    bench.driver.spawn(other, nothing)
    try:
        if shareable:
            assert volumes_of(bench, other) == volumes_of(bench, spec) == {VOLUME_ID: "vdb"}
        else:
            with pytest.raises(DriverError):
                bench.driver.plug(other.server_id, disk)
    finally:
        bench.driver.destroy(other.server_id)


def test_a_guest_that_does_not_let_go_keeps_its_volume(bench, spec, monkeypatch):
    if bench.kind != "embed":
        pytest.skip("the guest of no other driver is a real one")
    unplugging = pytest.importorskip("computeapi.virt.libvirt.unplugging")
    monkeypatch.setattr(unplugging, "UNPLUG_TIMEOUT", 0.5)
    bench.driver.plug(spec.server_id, volume(bench))
    with pytest.raises(DriverError) as caught:
        bench.driver.unplug(spec.server_id, VOLUME_ID, nothing)
    assert caught.value.reason == "the guest does not let go of the volume"
    assert volumes_of(bench, spec) == {VOLUME_ID: "vdb"}
    assert volumes_of(bench, spec, inactive=True) == {VOLUME_ID: "vdb"}


def test_a_guest_is_made_with_volumes_and_boots_from_one(bench):
    volumes = (volume(bench, target="vda", bootable=True), volume(bench, OTHER_ID, "vdb"))
    spec = bench.spec(image_path=None, disk_gb=0, volumes=volumes)
    bench.driver.spawn(spec, nothing)
    try:
        assert set(volumes_of(bench, spec)) == {VOLUME_ID, OTHER_ID}
        if bench.kind != "fake":
            root = ET.fromstring(bench.domain(spec.server_id).XMLDesc())
            boots = {
                disk.findtext("serial")
                for disk in root.findall("devices/disk")
                if disk.find("boot") is not None
            }
            assert boots == {VOLUME_ID}
    finally:
        bench.driver.destroy(spec.server_id)
    # A volume is no file of the guest's own.
    assert volume(bench).path.exists()


@pytest.mark.parametrize("method", ["plug", "unplug", "extend", "swap"])
def test_no_guest_is_an_error_that_says_so(bench, method):
    server_id, disk = str(uuid.uuid4()), volume(bench)
    arguments = {
        "plug": (disk,),
        "unplug": (VOLUME_ID, nothing),
        "extend": (VOLUME_ID, 1),
        "swap": (VOLUME_ID, disk, nothing),
    }[method]
    with pytest.raises(GuestNotFound):
        getattr(bench.driver, method)(server_id, *arguments)


@pytest.mark.parametrize("method", ["extend", "swap"])
def test_a_volume_that_the_guest_does_not_have(bench, spec, method):
    require_devices(bench)
    disk = volume(bench, OTHER_ID)
    arguments = {"extend": (VOLUME_ID, 1), "swap": (VOLUME_ID, disk, nothing)}[method]
    with pytest.raises(DriverError):
        getattr(bench.driver, method)(spec.server_id, *arguments)


def test_a_guest_learns_where_its_tagged_volumes_are(bench):
    """Its config drive tells of those that it is made with, its driver of all."""
    require_devices(bench)
    device = {"type": "disk", "bus": "none", "address": "none", "serial": VOLUME_ID}
    document = json.dumps({"hostname": "h", "devices": [device | {"tags": ["data"]}]}).encode()
    drive = {"openstack/latest/meta_data.json": document}
    spec = bench.spec(image_path=None, config_drive=drive, volumes=(volume(bench),))
    bench.driver.spawn(spec, nothing)
    bench.driver.plug(spec.server_id, volume(bench, OTHER_ID, "vdc"))
    for _ in range(2):
        found = bench.driver.bus_addresses(spec.server_id)
        assert {place.bus for place in found.values()} == {"pci"}
        assert len({found[VOLUME_ID].address, found[OTHER_ID].address}) == 2
        if bench.kind == "embed":
            domains = pytest.importorskip("computeapi.virt.libvirt.domains")
            seen = domains.monitor(bench.domain(spec.server_id), "info pci")
            for place in found.values():
                bus, slot, function = re.fullmatch(PCI, place.address).groups()
                line = rf"Bus +{int(bus, 16)}, device +{int(slot, 16)}, function {function}:"
                assert re.search(line, seen), seen
            path = bench.state / "instances" / spec.server_id / "disk.config"
            assert f'"address": "{found[VOLUME_ID].address}"'.encode() in path.read_bytes()
        bench.driver.reboot(spec.server_id, True, 0, nothing)
    bench.driver.destroy(spec.server_id)
    with pytest.raises(GuestNotFound):
        bench.driver.bus_addresses(spec.server_id)
