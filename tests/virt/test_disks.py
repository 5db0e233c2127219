"""Disks as qemu-img and the tools of a guest see them."""

import io
import json
import shutil
import subprocess

import pycdlib
import pytest

from computeapi.virt import disks
from computeapi.virt.disks import GIB
from computeapi.virt.driver import DriverError, GuestSpec

SERVER = "3f2c5d4e-0b7a-4f5e-9a51-0d8f6f1f2a10"
pytestmark = pytest.mark.skipif(not shutil.which("qemu-img"), reason="qemu-img is not installed")


def nothing():
    pass


def qemu_img(*arguments):
    return subprocess.run(["qemu-img", *arguments], check=True, capture_output=True).stdout


def info(path):
    return json.loads(qemu_img("info", "--output=json", str(path)))


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image"
    qemu_img("create", "-q", "-f", "qcow2", str(path), "64M")
    return path


def make(tmp_path, **values):
    spec = GuestSpec(**{"server_id": SERVER, "name": "n", "vcpus": 1, "memory_mb": 32, **values})
    folder = tmp_path / "guest"
    folder.mkdir(exist_ok=True)
    return {disk.path.name: disk for disk in disks.make(folder, spec, nothing)}


@pytest.mark.parametrize(("disk_gb", "size"), [(0, 64 * 1024**2), (2, 2 * GIB)])
def test_the_root_disk_is_an_overlay_of_the_flavors_size(tmp_path, image, disk_gb, size):
    made = make(tmp_path, disk_gb=disk_gb, image_path=image)
    found = info(made["disk"].path)
    assert found["virtual-size"] == size
    assert found["full-backing-filename"] == str(image)
    assert found["backing-filename-format"] == "qcow2"
    assert list(made) == ["disk"]


@pytest.mark.parametrize(("disk_gb", "size"), [(0, 64 * 1024**2), (2, 2 * GIB)])
def test_a_root_disk_that_copies_its_image_does_not_need_it(tmp_path, image, disk_gb, size):
    subprocess.run(["qemu-io", "-c", "write -P 7 1M 64k", str(image)], check=True, stdout=-3)
    made = make(tmp_path, disk_gb=disk_gb, image_path=image, copies_image=True)
    image.unlink()
    path = made["disk"].path
    assert info(path)["virtual-size"] == size
    assert "backing-filename" not in info(path)
    read = ["qemu-io", "-c", "read -P 7 1M 64k", str(path)]
    assert b"verification failed" not in subprocess.check_output(read)
    assert list(made) == ["disk"]


def test_a_copy_of_an_image_that_is_stopped_leaves_no_disk(tmp_path, image, monkeypatch):
    def stopped(*_arguments):
        raise DriverError("stopped")

    monkeypatch.setattr(disks.packages, "convert", stopped)
    with pytest.raises(DriverError):
        make(tmp_path, disk_gb=1, image_path=image, copies_image=True)
    assert not (tmp_path / "guest" / "disk").exists()


@pytest.mark.parametrize("copies_image", [False, True])
def test_an_image_that_is_larger_than_the_root_disk(tmp_path, image, copies_image):
    qemu_img("resize", "-q", str(image), "2G")
    with pytest.raises(DriverError, match="needs a disk of 2 GiB"):
        make(tmp_path, disk_gb=1, image_path=image, copies_image=copies_image)


def test_a_disk_that_is_there_is_kept(tmp_path, image):
    path = make(tmp_path, disk_gb=1, image_path=image)["disk"].path
    qemu_img("resize", str(path), "3G")
    make(tmp_path, disk_gb=1, image_path=image)
    assert info(path)["virtual-size"] == 3 * GIB


def test_what_a_dead_worker_left_half_made_is_made_anew(tmp_path, image):
    (tmp_path / "guest").mkdir()
    (tmp_path / "guest" / "disk.part").write_bytes(b"half")
    (tmp_path / "guest" / "disk.swap.part").write_bytes(b"half")
    made = make(tmp_path, disk_gb=1, swap_mb=1, image_path=image)
    assert info(made["disk"].path)["virtual-size"] == GIB
    assert not list((tmp_path / "guest").glob("*.part"))


def test_swap_and_ephemeral_disks_are_ready_for_use(tmp_path):
    made = make(tmp_path, disk_gb=0, ephemeral_gb=1, swap_mb=16)
    assert sorted(made) == ["disk.ephemeral", "disk.swap"]
    swap = made["disk.swap"].path.read_bytes()
    assert len(swap) == 16 * 1024**2
    assert swap[4086:4096] == b"SWAPSPACE2"
    assert int.from_bytes(swap[1028:1032], "little") == len(swap) // 4096 - 1
    ephemeral = made["disk.ephemeral"].path
    assert ephemeral.stat().st_size == GIB
    with ephemeral.open("rb") as file:
        superblock = file.read(2048)[1024:]
    assert superblock[0x38:0x3A] == b"\x53\xef"
    assert superblock[0x78:0x88].rstrip(b"\0") == b"ephemeral0"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"ephemerals_gb": [1, 2]}, {"disk.ephemeral": "vdb", "disk.ephemeral1": "vdc"}),
        ({"ephemerals_gb": [], "swap_mb": 3}, {"disk.swap": "vdc"}),
        ({"swap_mb": 0}, {"disk.ephemeral": "vdb"}),
    ],
)
def test_a_guest_has_the_disks_that_its_request_chose(tmp_path, chosen, expected):
    sizes = {"disk_gb": 0, "ephemeral_gb": 3, "swap_mb": 0 if "disk.swap" not in expected else 16}
    made = make(tmp_path, **sizes, chosen_disks=chosen)
    assert {name: disk.target for name, disk in made.items()} == expected
    bytes_of = {name: disk.path.stat().st_size for name, disk in made.items()}
    wanted = {"disk.swap": 3 * 1024**2, "disk.ephemeral1": 2 * GIB}
    wanted["disk.ephemeral"] = (chosen.get("ephemerals_gb") or [3])[0] * GIB
    assert bytes_of == {name: wanted[name] for name in expected}
    # They keep these sizes when the flavor's become larger.
    spec = GuestSpec(SERVER, "n", 1, 32, 0, ephemeral_gb=9, swap_mb=64, chosen_disks=chosen)
    disks.grow(tmp_path / "guest", spec)
    if "ephemerals_gb" in chosen:
        assert {n: d.path.stat().st_size for n, d in made.items()} == bytes_of


def test_a_config_drive_is_an_iso_that_guests_find(tmp_path):
    files = {
        "openstack/latest/meta_data.json": b'{"uuid": "u"}',
        "openstack/latest/user_data": b"#!/bin/sh\n" * 1000,
        "openstack/content/0000": b"",
    }
    path = make(tmp_path, disk_gb=0, config_drive=files)["disk.config"].path
    iso = pycdlib.PyCdlib()
    iso.open(str(path))
    try:
        assert iso.pvd.volume_identifier.rstrip() == b"config-2"
        for kind in ("rr_path", "joliet_path"):
            for name, data in files.items():
                out = io.BytesIO()
                iso.get_file_from_iso_fp(out, **{kind: f"/{name}"})
                assert out.getvalue() == data
    finally:
        iso.close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_image_with_a_backing_file_is_refused(tmp_path, image):
    thief = tmp_path / "thief"
    qemu_img("create", "-q", "-f", "qcow2", "-b", str(image), "-F", "qcow2", str(thief))
    with pytest.raises(DriverError, match="another file"):
        disks.image_size(thief, "qcow2")


def test_an_image_with_a_data_file_is_refused(tmp_path):
    thief = tmp_path / "thief"
    options = f"data_file={tmp_path / 'data'},data_file_raw=on"
    qemu_img("create", "-q", "-f", "qcow2", "-o", options, str(thief), "1M")
    with pytest.raises(DriverError, match="another file"):
        disks.image_size(thief, "qcow2")


def test_a_raw_image_that_looks_like_a_qcow2_is_raw(image):
    with image.open("rb+") as file:
        file.truncate(1024**2)
    assert disks.image_size(image, "raw") == 1024**2


def test_an_image_of_another_format_is_refused(image):
    with pytest.raises(DriverError, match="vmdk"):
        disks.image_size(image, "vmdk")


def test_what_is_no_image_is_refused(tmp_path):
    (tmp_path / "text").write_text("no image")
    with pytest.raises(DriverError, match="qcow2"):
        disks.image_size(tmp_path / "text", "qcow2")
    with pytest.raises(DriverError, match="No such file"):
        disks.image_size(tmp_path / "none", "qcow2")
