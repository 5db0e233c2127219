"""The parts of the test image."""

import gzip
import shutil
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from computeapi.standalone import image, image_build, image_cache, image_packages
from computeapi.standalone.errors import CloudError
from computeapi.standalone.image_disk import MIB, Partition, assemble, initramfs
from computeapi.standalone.state import StateFolder


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = StateFolder(tmp_path / "cloud")
    folder.create()
    return folder


def entries(archive):
    """Read a cpio archive of the format newc, see cpio(5)."""
    found, offset = {}, 0
    while True:
        fields = [int(archive[offset + 6 + 8 * n :][:8], 16) for n in range(13)]
        mode, size, name_size = fields[1], fields[6], fields[11]
        assert archive[offset : offset + 6] == b"070701"
        name = archive[offset + 110 : offset + 110 + name_size - 1].decode()
        data = offset + 110 + name_size
        data += -data % 4
        if name == "TRAILER!!!":
            return found
        found[name] = (mode, archive[data : data + size])
        offset = data + size + (-size % 4)


def test_initramfs_holds_what_it_was_given():
    made = initramfs({"init": b"#!/bin/sh\n", "bin/odd": b"12345"}, ("bin", "dev"))
    found = entries(gzip.decompress(made))
    assert list(found) == ["bin", "dev", "dev/console", "init", "bin/odd"]
    assert found["init"] == (0o100755, b"#!/bin/sh\n")
    assert found["bin/odd"] == (0o100755, b"12345")
    assert found["bin"][0] == 0o040755
    assert found["dev/console"][0] == 0o020600


def test_initramfs_is_the_same_each_time():
    assert initramfs({"a": b"b"}, ()) == initramfs({"a": b"b"}, ())


def test_disk_has_the_partitions_where_its_table_says(tmp_path):
    contents = {"one": b"1" * (MIB + 512), "two": b"2" * MIB}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    parts = [Partition(tmp_path / "one", 0x0C, True), Partition(tmp_path / "two", 0x83)]
    disk = tmp_path / "disk"
    assemble(disk, parts, b"boot code")
    made = disk.read_bytes()
    assert made[:9] == b"boot code"
    assert made[510:512] == b"\x55\xaa"
    for index, (name, status, kind) in enumerate([("one", 0x80, 0x0C), ("two", 0, 0x83)]):
        entry = struct.unpack_from("<B3sB3sII", made, 446 + 16 * index)
        assert (entry[0], entry[2]) == (status, kind)
        start, sectors = entry[4:]
        assert start % 2048 == 0
        assert made[start * 512 : (start + sectors) * 512] == contents[name]
    assert len(made) % MIB == 0


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in ("init", "rc.boot", "udhcpc.script", "power", "wget", "chpasswd")
        if shutil.which("sh")
    ],
)
def test_guest_scripts_are_shell(name):
    script = (image_build.GUEST / name).read_bytes()
    subprocess.run(["sh", "-n"], input=script, check=True, timeout=10)


def test_kernel_messages_are_shown():
    options = (image_build.GUEST / "syslinux.cfg").read_text()
    assert "console=ttyS0" in options
    assert "quiet" not in options
    assert "loglevel" not in options


def test_modules_follow_those_they_need(tmp_path):
    folder = tmp_path / "usr/lib/modules/6/kernel"
    folder.mkdir(parents=True)
    (folder / "virtio-rng.ko").write_bytes(b"\0depends=virtio\0")
    (folder / "virtio.ko").write_bytes(b"\0depends=virtio_ring\0")
    (folder / "virtio_ring.ko").write_bytes(b"\0depends=\0")
    (folder / "sound.ko").write_bytes(b"\0depends=\0")
    assert list(image_build._modules(tmp_path)) == [
        "virtio_ring.ko",
        "virtio.ko",
        "virtio_rng.ko",
    ]


def test_machine_without_tools_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(image_packages.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(
        image_packages.shutil, "which", lambda tool, path=None: tool == "apt-get" or None
    )
    assert image_packages.unavailable_reason() == (
        "A test image cannot be built without the packages apt, dpkg, e2fsprogs, qemu-utils: "
        "install them or give an image of your own with --image FILE."
    )
    monkeypatch.setattr(image_packages.platform, "machine", lambda: "aarch64")
    assert "x86_64 only" in image_packages.unavailable_reason()


def test_image_comes_from_the_state_folder_first(state):
    assert image.find(state) is None
    cached = image_cache.path()
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"QFI\xfb")
    assert image.find(state).path == cached
    own = state.images / "mine.qcow2"
    own.write_bytes(b"QFI\xfb")
    assert image.find(state).path == own
    assert image.find(state).name == "mine"


def test_image_that_is_missing_is_named(tmp_path):
    with pytest.raises(CloudError, match="cannot be read"):
        image.given(tmp_path / "none")


def test_image_is_built_once_by_all_that_want_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    built = []

    def build(target):
        built.append(target)
        time.sleep(0.1)  # long enough for the others to find the lock taken
        target.touch()

    monkeypatch.setattr(image_cache.image_build, "build", build)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(image_cache.fill) for _ in range(4)]:
            done.result()
    assert built == [image_cache.path()]


def test_image_can_be_built_before_any_package_is_installed():
    # Without site-packages, as the Python is that makes the virtualenv.
    program = "import computeapi.standalone.image_cache"
    root = Path(image_cache.__file__).parents[2]
    subprocess.run([sys.executable, "-S", "-c", program], cwd=root, check=True, timeout=60)
