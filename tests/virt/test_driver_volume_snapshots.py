"""Snapshots of the volumes of guests, held against every adapter."""

import dataclasses
import json
import subprocess
import uuid

import pytest

from computeapi.virt.driver import DriverError, GuestNotFound, VolumeDisk
from computeapi.virt.driver_volumes import VolumeMerge
from tests.virt.test_driver_volumes import nothing, require_devices, spec

__all__ = ["spec"]


def image(*command):
    done = subprocess.run(["qemu-img", *command], check=True, capture_output=True, text=True)
    return done.stdout


def written(path, number):
    """Write a number to a place of its own on a disk."""
    command = ["qemu-io", "-f", "qcow2", "-c", f"write -P {number} {number}M 64k", path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def holds(path, *numbers):
    """Return whether a disk has all of the numbers."""
    reads = [part for n in numbers for part in ("-c", f"read -P {n} {n}M 64k")]
    done = subprocess.run(
        ["qemu-io", "-r", "-U", "-f", "qcow2", *reads, path], check=True, capture_output=True
    )
    return b"verification failed" not in done.stdout


def chain(path):
    """Return the names of a file and of those below it."""
    told = json.loads(image("info", "-U", "--output=json", "--backing-chain", path))
    return [one["filename"].rpartition("/")[2] for one in told]


@pytest.fixture
def base(bench):
    """A volume with the number 1 on it."""
    volume_id = str(uuid.uuid4())
    path = bench.state / f"volume-{volume_id}"
    if bench.kind != "test":
        image("create", "-q", "-f", "qcow2", path, "16M")
        written(path, 1)
    return VolumeDisk(volume_id, path, "qcow2", "vdb")


def on_top(disk, number):
    """Return the volume with a new file on top of the one it has; the file has a number on it."""
    path = disk.path.with_name(f"{disk.path.name}.{number}")
    image("create", "-q", "-f", "qcow2", path, "16M")
    written(path, number)
    # A guest may have the file below open.
    image("rebase", "-u", "-f", "qcow2", "-b", disk.path.name, "-F", "qcow2", path)
    return dataclasses.replace(disk, path=path)


def snapshots(bench, spec, disk, count=3):
    """Take snapshots of a volume; return its files, the first one first."""
    disks = [disk]
    for number in range(2, 2 + count):
        disks.append(on_top(disks[-1], number))
        for _ in range(2):
            bench.driver.snapshot_volume(spec.server_id, disks[-1])
    return disks


def files(bench, spec, disks):
    """Return which of the files of a volume a guest has."""
    names = [disk.path.name for disk in disks]
    if bench.kind == "fake":
        # It knows of no file before the first snapshot.
        known = bench.driver._records.read(spec.server_id)["files"][disks[0].volume_id]
        return [names.index(name) for name in known]
    return [names.index(name) for name in reversed(chain(disks[-1].path))]


@pytest.mark.parametrize("is_off", [False, True])
def test_a_guest_goes_on_with_the_files_of_snapshots(bench, spec, base, is_off):
    require_devices(bench)
    bench.driver.plug(spec.server_id, base)
    if is_off:
        bench.driver.power_off(spec.server_id, 0, nothing)
    disks = snapshots(bench, spec, base)
    first = [] if bench.kind == "fake" else [0]
    assert files(bench, spec, disks) == [*first, 1, 2, 3]
    names = [disk.path.name for disk in disks]
    for merge, left in (
        (VolumeMerge(names[2], names[1]), [*first, 1, 3]),
        (VolumeMerge(names[0]) if first else VolumeMerge(), [*first, 3]),
        (VolumeMerge(), [3]),
    ):
        for _ in range(2):
            bench.driver.merge_volume(spec.server_id, base.volume_id, merge, nothing)
            assert files(bench, spec, disks) == left
    if bench.kind == "embed":
        bench.driver.power_off(spec.server_id, 0, nothing)
        assert holds(disks[-1].path, 1, 2, 3, 4)
        bench.driver.power_on(spec.server_id)
        assert f"'{disks[-1].path}'" in bench.domain(spec.server_id).XMLDesc()


def test_files_that_cannot_change_stay(bench, spec, base):
    """Those that are not in the chain, those of a guest without agent, and of a suspended one."""
    if bench.kind != "embed":
        pytest.skip("the guest of no other driver has files")
    bench.driver.plug(spec.server_id, base)
    disks = snapshots(bench, spec, base, 2)
    first, second, third = (disk.path.name for disk in disks)
    wrong = (VolumeMerge("other"), VolumeMerge(first, second), VolumeMerge(third, second))
    newer = on_top(disks[-1], 4)
    with pytest.raises(DriverError, match="freeze"):
        bench.driver.snapshot_volume(spec.server_id, newer, must_quiesce=True)
    for merge in wrong:
        with pytest.raises(DriverError):
            bench.driver.merge_volume(spec.server_id, base.volume_id, merge, nothing)
    bench.driver.suspend(spec.server_id)
    with pytest.raises(DriverError, match="suspended"):
        bench.driver.snapshot_volume(spec.server_id, newer)
    bench.driver.power_off(spec.server_id, 0, nothing)
    for merge in wrong:
        with pytest.raises(DriverError):
            bench.driver.merge_volume(spec.server_id, base.volume_id, merge, nothing)
    assert chain(disks[-1].path) == [third, second, first]


@pytest.mark.parametrize("method", ["snapshot_volume", "merge_volume"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_guest_or_a_volume_that_is_not_there(bench, spec, base, method, is_there):
    require_devices(bench)
    server_id = spec.server_id if is_there else str(uuid.uuid4())
    arguments = {
        "snapshot_volume": (base,),
        "merge_volume": (base.volume_id, VolumeMerge(), nothing),
    }[method]
    with pytest.raises(DriverError if is_there else GuestNotFound):
        getattr(bench.driver, method)(server_id, *arguments)
