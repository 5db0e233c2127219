"""Copies of the disks of guests, held against every adapter."""

import json
import subprocess
from dataclasses import replace

import pytest

from computeapi.domain.servers import PowerState
from computeapi.images import formats
from computeapi.virt.driver import DriverError, GuestNotFound

GIB = 1024**3


class Stop(Exception):
    """The error of a checkpoint when a delete waits."""


def nothing():
    pass


def stop():
    raise Stop


def check(bench, path, server_id):
    """Check that a file has the disk of a guest, and needs no other file."""
    disk = formats.inspect(path)
    assert (disk.name, disk.virtual_size, disk.leans_on_files) == ("qcow2", GIB, False)
    if bench.kind == "fake":
        assert b"login:" in path.read_bytes()
        return
    info = ["qemu-img", "info", "--output=json", str(path)]
    assert "backing-filename" not in json.loads(subprocess.check_output(info))
    source = bench.state / "instances" / server_id / "disk"
    compare = ["qemu-img", "compare", "-U", "-f", "qcow2", "-F", "qcow2", str(source), str(path)]
    subprocess.run(compare, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("before", "power_state"),
    [
        (None, PowerState.RUNNING),
        ("pause", PowerState.PAUSED),
        ("suspend", PowerState.SHUTDOWN),
        ("power_off", PowerState.SHUTDOWN),
    ],
)
def test_the_disk_of_a_guest_is_copied_in_every_state(
    bench, spawned, tmp_path, before, power_state
):
    if bench.kind == "test" and power_state != PowerState.SHUTDOWN:
        pytest.skip("libvirt's test driver has no QEMU that copies disks")
    bench.wait_until_up(spawned)
    if before:
        more = (0, nothing) if before == "power_off" else ()
        getattr(bench.driver, before)(spawned, *more)
    target = tmp_path / "copy"
    for _ in range(2):
        bench.driver.snapshot(spawned, target, nothing)
        assert bench.driver.guest(spawned).power_state == power_state
        check(bench, target, spawned)
        assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    if before == "suspend":
        bench.driver.resume(spawned)


def test_a_copy_that_is_stopped_leaves_nothing_and_can_begin_anew(bench, spawned, tmp_path):
    if bench.kind != "embed":
        pytest.skip("only QEMU copies for long enough to be stopped")
    target = tmp_path / "copy"
    with pytest.raises(Stop):
        bench.driver.snapshot(spawned, target, stop)
    assert list(tmp_path.iterdir()) == []
    bench.driver.snapshot(spawned, target, nothing)
    check(bench, target, spawned)


def test_a_copy_that_a_dead_worker_left_makes_way(bench, spawned, tmp_path, monkeypatch):
    """Its worker could not tell QEMU to stop, and its file is still there."""
    if bench.kind != "embed":
        pytest.skip("only QEMU copies by itself")
    snapshots = pytest.importorskip("computeapi.virt.libvirt.snapshots")
    domain, target = bench.domain(spawned), tmp_path / "copy"
    left = tmp_path / "copy.part"
    source = bench.state / "instances" / spawned / "disk"
    bench.driver.pause(spawned)
    domain.backupBegin(snapshots._description(domain, source, left), None, 0)
    bench.driver.snapshot(spawned, target, nothing)
    check(bench, target, spawned)
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    assert bench.driver.guest(spawned).power_state == PowerState.PAUSED


def test_libvirt_that_cannot_copy_the_disk_of_a_running_guest_says_so(bench, spawned, tmp_path):
    if bench.kind != "test":
        pytest.skip("the other drivers can")
    with pytest.raises(DriverError) as caught:
        bench.driver.snapshot(spawned, tmp_path / "copy", nothing)
    assert caught.value.reason == "the hypervisor cannot copy the disk of a guest that runs"
    assert list(tmp_path.iterdir()) == []


def test_the_disk_of_a_guest_that_is_set_aside_is_copied(bench, tmp_path):
    spec = bench.spec()
    bench.driver.spawn(spec, nothing)
    bench.driver.park(spec.server_id, 0, nothing)
    bench.driver.snapshot(spec.server_id, tmp_path / "copy", nothing)
    assert formats.inspect(tmp_path / "copy").name == "qcow2"
    bench.driver.destroy(spec.server_id)


def test_there_is_no_copy_of_a_guest_that_is_not_there(bench, tmp_path):
    with pytest.raises(GuestNotFound):
        bench.driver.snapshot("11111111-1111-4111-8111-111111111111", tmp_path / "copy", nothing)
    assert list(tmp_path.iterdir()) == []


def test_a_guest_is_made_of_a_copy_that_it_does_not_need(bench, tmp_path):
    spec, copy = bench.spec(), tmp_path / "copy"
    bench.driver.spawn(spec, nothing)
    bench.driver.power_off(spec.server_id, 0, nothing)
    bench.driver.snapshot(spec.server_id, copy, nothing)
    bench.driver.destroy(spec.server_id)
    anew = replace(spec, image_path=copy, image_format="qcow2", copies_image=True)
    for _ in range(2):
        assert bench.driver.spawn(anew, nothing).power_state == PowerState.RUNNING
    copy.unlink()
    bench.driver.power_off(spec.server_id, 0, nothing)
    assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    if bench.kind == "fake":
        # The console output stands for the disk: it was booted three times.
        assert bench.driver.console_output(spec.server_id).count(b"login:") == 3
    bench.driver.destroy(spec.server_id)
