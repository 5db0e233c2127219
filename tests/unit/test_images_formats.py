"""The kind of disk that a file holds."""

import shutil
import struct
import subprocess

import pytest

from computeapi.domain import errors
from computeapi.images import formats


def qcow2(version=3, backing=0, size=1 << 30, features=0):
    start = struct.pack(">4sIQIIQ", b"QFI\xfb", version, backing, 0, 16, size)
    return start.ljust(72, b"\0") + struct.pack(">Q", features) + bytes(24)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "image"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", formats.DiskFormat("raw", 0)),
        (b"\xeb\x63" + bytes(1022), formats.DiskFormat("raw", 1024)),
        (qcow2(), formats.DiskFormat("qcow2", 1 << 30)),
        (qcow2(version=2, features=4), formats.DiskFormat("qcow2", 1 << 30)),
        (qcow2(backing=512), formats.DiskFormat("qcow2", 1 << 30, leans_on_files=True)),
        (qcow2(features=0b100), formats.DiskFormat("qcow2", 1 << 30, leans_on_files=True)),
        (qcow2(features=0b011), formats.DiskFormat("qcow2", 1 << 30)),
    ],
)
def test_a_file_tells_its_format(path, content, expected):
    path.write_bytes(content)
    assert formats.inspect(path) == expected


@pytest.mark.parametrize("content", [qcow2()[:40], qcow2()[:75], qcow2(version=1)])
def test_a_qcow2_that_makes_no_sense_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(errors.Invalid):
        formats.inspect(path)


@pytest.mark.skipif(shutil.which("qemu-img") is None, reason="qemu-img is not installed")
def test_what_qemu_writes_is_understood(path, tmp_path):
    data = tmp_path / "data.raw"
    overlay = tmp_path / "overlay"
    external = tmp_path / "external"
    create = ["qemu-img", "create", "-q", "-f", "qcow2"]
    subprocess.run([*create, path, "64M"], check=True)
    subprocess.run([*create, "-b", path, "-F", "qcow2", overlay], check=True)
    subprocess.run([*create, "-o", f"data_file={data}", external, "64M"], check=True)
    found = [formats.inspect(each) for each in (path, overlay, external)]
    assert [each.virtual_size for each in found] == [64 << 20] * 3
    assert [each.leans_on_files for each in found] == [False, True, True]
