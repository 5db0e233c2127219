"""Images in a plain folder."""

import json
import os
import struct
import uuid

import pytest

from computeapi import conf as configuration
from computeapi import images
from computeapi.domain import errors
from computeapi.domain.context import Context

QCOW2 = struct.pack(">4sIQIIQ", b"QFI\xfb", 3, 0, 0, 16, 5 << 20).ljust(200, b"\0")
CONTEXT = Context(user_id="u", project_id="p", request_id="req-1")
GIVEN_ID = "0F8FAD5B-D9CB-469F-A165-70867728950E"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@pytest.fixture
def store(folder):
    conf = configuration.load()
    conf.set_override("backend", "folder", "images")
    conf.set_override("folder", str(folder), "images")
    return images.load(conf)


def nothing():
    """A checkpoint that stops no work."""


def add(folder, name, content=QCOW2, /, **sidecar):
    """Put an image into the folder; return its id."""
    (folder / name).write_bytes(content)
    sidecar.setdefault("id", str(uuid.uuid5(uuid.NAMESPACE_DNS, name)))
    (folder / f"{name}.json").write_text(json.dumps(sidecar))
    return sidecar["id"]


def test_the_file_tells_what_the_image_is(store, folder):
    image = store.get(CONTEXT, add(folder, "cirros.img"))
    assert (image.name, image.status, image.disk_format) == ("cirros", "active", "qcow2")
    assert (image.size, image.virtual_size) == (200, 5 << 20)
    assert (image.min_disk, image.min_ram) == (0, 0)


def test_a_raw_image(store, folder):
    image = store.get(CONTEXT, add(folder, "disk.raw", bytes(1000)))
    assert (image.disk_format, image.size, image.virtual_size) == ("raw", 1000, 1000)


def test_a_sidecar_tells_more(store, folder):
    properties = {"hw_disk_bus": "scsi", "hw_cpu_cores": 2}
    add(
        folder, "a.qcow2", id=GIVEN_ID, name="Nice name", min_disk=2, min_ram=512,
        properties=properties,
    )  # fmt: skip
    image = store.get(CONTEXT, GIVEN_ID)
    assert (image.name, image.min_disk, image.min_ram) == ("Nice name", 2, 512)
    assert image.properties == {"hw_disk_bus": "scsi", "hw_cpu_cores": "2"}
    assert image.id == GIVEN_ID.lower()


def test_an_id_comes_of_the_file_name_alone(store, folder):
    # Written down: an id that changed with a release would orphan every server's image.
    image_id = "aa05e672-388a-5e3c-9420-3c8cd92fc8c4"
    (folder / "cirros.qcow2").write_bytes(QCOW2)
    assert store.get(CONTEXT, image_id).name == "cirros"
    (folder / "cirros.qcow2").write_bytes(bytes(10))
    assert store.get(CONTEXT, image_id).size == 10


@pytest.mark.parametrize("sidecar", ["{", "[]", '{"id": "no uuid"}', '{"id": 5}', '"id"'])
def test_a_broken_sidecar_hides_no_image(store, folder, sidecar, caplog):
    good = add(folder, "good.raw", b"x")
    (folder / "bad.raw").write_bytes(b"x")
    (folder / "bad.raw.json").write_text(sidecar)
    (folder / "zzz.raw").write_bytes(b"x")
    assert store.get(CONTEXT, good).name == "good"
    with pytest.raises(errors.NotFound):
        store.get(CONTEXT, "5971b5da-c686-45be-b9a4-ad295adda494")
    assert "bad.raw.json" in caplog.text


@pytest.mark.parametrize(
    "image_ref", ["", "..", "../secret", "x" * 36, "5971b5da-c686-45be-b9a4-ad295adda494"]
)
def test_no_such_image(store, folder, image_ref):
    add(folder, "a.raw")
    with pytest.raises(errors.NotFound, match=r"^Image .* could not be found\.$"):
        store.get(CONTEXT, image_ref)


def test_other_files_are_no_images(store, folder):
    image_id = add(folder, "notes.txt")
    with pytest.raises(errors.NotFound):
        store.get(CONTEXT, image_id)


def test_no_folder_is_unreachable(store, folder):
    folder.rmdir()
    with pytest.raises(errors.ImageUnreachable):
        store.get(CONTEXT, GIVEN_ID)


def test_fetching_copies_the_file(store, folder, tmp_path):
    content = os.urandom(3 << 20)
    image_id = add(folder, "a.raw", content)
    target = tmp_path / "target"
    assert store.fetch(image_id, target, nothing).id == image_id
    assert target.read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "target"]


def test_a_checkpoint_ends_the_fetching(store, folder, tmp_path):
    image_id = add(folder, "a.raw", bytes(3 << 20))

    def stop():
        raise errors.Conflict("deleted meanwhile")

    with pytest.raises(errors.Conflict, match="deleted meanwhile"):
        store.fetch(image_id, tmp_path / "target", stop)
    assert [path.name for path in tmp_path.iterdir()] == ["images"]


def test_a_file_that_goes_away_is_not_found(store, folder, tmp_path):
    image_id = add(folder, "demo.qcow2")
    (folder / "demo.qcow2").unlink()
    with pytest.raises(errors.NotFound):
        store.fetch(image_id, tmp_path / "target", nothing)


def test_a_folder_that_is_away_may_be_back_later(store, folder, tmp_path):
    image_id = add(folder, "demo.qcow2")
    folder.rename(tmp_path / "away")
    with pytest.raises(errors.ImageUnreachable):
        store.fetch(image_id, tmp_path / "target", nothing)
    (tmp_path / "away").rename(folder)
    assert store.fetch(image_id, tmp_path / "target", nothing).id == image_id


def test_a_file_that_cannot_be_booted_is_no_outage(store, folder, tmp_path):
    image_id = add(folder, "demo.qcow2", QCOW2[:20])
    with pytest.raises(errors.Invalid, match="cannot be booted: The qcow2 header is cut off"):
        store.fetch(image_id, tmp_path / "target", nothing)
