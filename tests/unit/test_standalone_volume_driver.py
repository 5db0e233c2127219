"""Cinder's driver for volumes that are files, in a process of its own: Cinder brings eventlet."""

import shutil
import subprocess
import sys

import pytest

#: Makes a driver without Cinder's options, and has it write an image into a volume.
WRITE = """
import sys
from pathlib import Path
from types import SimpleNamespace
from cinder.image import image_utils
from computeapi.standalone.parts.volume.driver import FilesDriver

folder, active = Path(sys.argv[1]), sys.argv[2]

class Driver(FilesDriver):
    def __init__(self):
        self.configuration = SimpleNamespace(volume_dd_blocksize="1M")
        self._execute_as_root = False
    def local_path(self, volume):
        return str(folder / "volume")
    def _local_volume_dir(self, volume):
        return str(folder)
    def get_active_image_from_info(self, volume):
        return active

def fetch(context, service, image, path, *arguments, **options):
    Path(path).write_bytes(b"image" * 10000)

def execute(*command, run_as_root=False):
    import subprocess
    subprocess.run(command, check=True)

image_utils.fetch_to_raw = fetch
image_utils.utils.execute = execute
Driver().copy_image_to_volume(None, SimpleNamespace(size=1), None, "id", disable_sparse=True)
"""


def qemu_img(*words):
    subprocess.run(["qemu-img", *map(str, words)], check=True, capture_output=True)


def content(folder, file):
    """Return the first bytes of a disk, as a guest reads it."""
    qemu_img("convert", "-O", "raw", folder / file, folder / "read")
    with (folder / "read").open("rb") as disk:
        return disk.read(60000)


@pytest.mark.parametrize("has_snapshot", [True, False])
def test_an_image_goes_into_the_file_that_the_guest_has(tmp_path, has_snapshot):
    if not shutil.which("qemu-img"):
        pytest.skip("qemu-img is not installed")
    old = b"old" * 20000
    (tmp_path / "old").write_bytes(old)
    qemu_img("convert", "-f", "raw", "-O", "qcow2", tmp_path / "old", tmp_path / "volume")
    qemu_img("resize", tmp_path / "volume", "1G")
    if has_snapshot:
        below = ["-b", tmp_path / "volume", "-F", "qcow2"]
        qemu_img("create", "-f", "qcow2", *below, tmp_path / "volume.later")
    else:
        # The snapshot was deleted, which took the first file along.
        (tmp_path / "volume").rename(tmp_path / "volume.later")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WRITE, tmp_path, "volume.later"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert content(tmp_path, "volume.later") == (b"image" * 10000).ljust(60000, b"\0")
    files = {"old", "read", "volume.later"}
    if has_snapshot:
        assert content(tmp_path, "volume") == old.ljust(60000, b"\0")
        files.add("volume")
    assert {file.name for file in tmp_path.iterdir()} == files
