"""A host's own copies of images."""

import os
import signal
import struct
import subprocess
import sys
import threading
import time
import uuid

import pytest

from computeapi.domain import errors
from computeapi.domain.images import Image
from computeapi.images.atomic import replacing
from computeapi.images.cache import ImageCache

ID = str(uuid.uuid4())
OTHER = str(uuid.uuid4())


def qcow2(backing=0, features=0):
    start = struct.pack(">4sIQIIQ", b"QFI\xfb", 3, backing, 0, 16, 5 << 20).ljust(72, b"\0")
    return (start + struct.pack(">Q", features)).ljust(200, b"\0")


class Store:
    """A store of one image, which counts how often it is fetched."""

    def __init__(self, content=b"content", disk_format="raw"):
        self.content = content
        self.disk_format = disk_format
        self.fetched = []
        self.go = threading.Event()
        self.go.set()

    def fetch(self, image_id, target, checkpoint):
        self.fetched.append(image_id)
        assert self.go.wait(60)
        with replacing(target) as file:
            checkpoint()
            file.write(self.content)
        size = len(self.content)
        return Image(image_id, "name", "active", size, 0, 0, self.disk_format)


def nothing():
    """A checkpoint that stops no work."""


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "images-cache"


@pytest.fixture
def cache(store, folder):
    return ImageCache(store, folder, unused_for=0)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_an_image_is_fetched_once(cache, store, folder):
    first = cache.get(ID, nothing)
    assert (first.path, first.format) == (folder / ID, "raw")
    assert first.path.read_bytes() == b"content"
    assert ImageCache(store, folder).get(ID, nothing) == first
    assert store.fetched == [ID]


def test_many_who_ask_at_once_share_one_fetching(cache, store, folder):
    store.go.clear()
    got = []
    threads = [
        threading.Thread(target=lambda: got.append(cache.get(ID, nothing).path.read_bytes()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    while not store.fetched:
        time.sleep(0.01)
    assert files(folder) == []
    store.go.set()
    for thread in threads:
        thread.join(60)
    assert got == [b"content"] * 8
    assert store.fetched == [ID]


def test_images_do_not_wait_for_each_other(cache, store, folder):
    store.go.clear()
    thread = threading.Thread(target=cache.get, args=(ID, nothing))
    thread.start()
    assert ImageCache(Store(), folder).get(OTHER, nothing).path.read_bytes() == b"content"
    store.go.set()
    thread.join(60)


def test_who_waits_can_be_stopped(cache, store):
    store.go.clear()
    thread = threading.Thread(target=cache.get, args=(ID, nothing))
    thread.start()
    while not store.fetched:
        time.sleep(0.01)

    def stop():
        raise errors.Conflict("deleted meanwhile")

    with pytest.raises(errors.Conflict, match="deleted meanwhile"):
        cache.get(ID, stop)
    store.go.set()
    thread.join(60)
    assert store.fetched == [ID]


def test_a_failed_fetching_leaves_nothing_and_the_next_one_works(cache, store, folder):
    def stop():
        raise errors.ImageUnreachable("away")

    with pytest.raises(errors.ImageUnreachable):
        cache.get(ID, stop)
    assert files(folder) == []
    assert cache.get(ID, nothing).path.read_bytes() == b"content"


def test_a_fetcher_killed_in_the_middle_leaves_no_half_image(cache, folder):
    script = f"""
import time
from pathlib import Path
from computeapi.images.atomic import replacing
from computeapi.images.cache import ImageCache

class Store:
    def fetch(self, image_id, target, checkpoint):
        with replacing(target) as file:
            file.write(b"half")
            file.flush()
            print("writing", flush=True)
            time.sleep(60)

ImageCache(Store(), Path({str(folder)!r})).get({ID!r}, lambda: None)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"writing\n"
        process.send_signal(signal.SIGKILL)
    assert len(files(folder)) == 1
    assert cache.get(ID, nothing).path.read_bytes() == b"content"
    assert files(folder) == [ID]


@pytest.mark.parametrize(
    ("content", "disk_format", "why"),
    [
        (qcow2(backing=512), "qcow2", "refers to other files"),
        (qcow2(features=4), "qcow2", "refers to other files"),
        (qcow2(backing=512), "raw", "refers to other files"),
        (qcow2(), "raw", "is not raw but qcow2"),
        (b"plain", "qcow2", "is not qcow2 but raw"),
        (b"KDMV", "vmdk", "of format vmdk"),
        (qcow2()[:20], "qcow2", "cannot be booted"),
    ],
)
def test_an_image_that_would_do_harm_is_refused(folder, content, disk_format, why):
    store = Store(content, disk_format)
    with pytest.raises(errors.Invalid, match=why):
        ImageCache(store, folder).get(ID, nothing)
    assert files(folder) == []


def test_a_qcow2_is_known_as_one(folder):
    image = ImageCache(Store(qcow2(), "qcow2"), folder).get(ID, nothing)
    assert (image.format, image.virtual_size) == ("qcow2", 5 << 20)


def test_a_cached_image_is_not_writable(cache):
    assert cache.get(ID, nothing).path.stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("image_id", ["../../etc/passwd", "locks", ""])
def test_what_is_no_id_names_no_file(cache, store, image_id):
    with pytest.raises(errors.NotFound):
        cache.get(image_id, nothing)
    assert store.fetched == []


def test_pruning_removes_what_nobody_uses(cache, folder):
    for image_id in (ID, OTHER):
        cache.get(image_id, nothing)
    assert cache.prune({ID}) == [OTHER]
    assert files(folder) == [ID]
    assert cache.prune({ID}) == []


def test_pruning_spares_what_was_asked_for_lately(store, folder):
    cache = ImageCache(store, folder, unused_for=3600)
    path = cache.get(ID, nothing).path
    assert cache.prune(set()) == []
    long_ago = time.time() - 3601
    os.utime(path, (long_ago, long_ago))
    cache.get(ID, nothing)
    assert cache.prune(set()) == []
    os.utime(path, (long_ago, long_ago))
    assert cache.prune(set()) == [ID]


def test_pruning_leaves_alone_what_is_being_fetched(cache, store, folder):
    store.go.clear()
    thread = threading.Thread(target=cache.get, args=(ID, nothing))
    thread.start()
    while not store.fetched:
        time.sleep(0.01)
    unfinished = folder / f"{ID}.unchecked.xyz.part"
    unfinished.touch()
    assert cache.prune(set()) == []
    assert unfinished.exists()
    store.go.set()
    thread.join(60)
    assert (folder / ID).exists()


def test_pruning_removes_leftovers(cache, folder):
    cache.prune(set())
    (folder / f"{ID}.unchecked.xyz.part").touch()
    (folder / f"{OTHER}.unchecked").touch()
    assert cache.prune(set()) == []
    assert files(folder) == []
