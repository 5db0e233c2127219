"""Images that a host fetches before a server needs them."""

import threading

import pytest

from computeapi.domain.errors import ImageUnreachable, Invalid
from computeapi.worker.prefetch import Prefetch

HOST = "h1"


@pytest.fixture
def want(db):
    def want(*image_ids):
        with db.write() as tx:
            for image_id in image_ids:
                tx.wanted_images.add(HOST, image_id)

    return want


def wanted(db):
    with db.read() as tx:
        return list(tx.wanted_images.of_host(HOST))


def test_wanted_images_are_fetched_once(db, images, want, monkeypatch):
    want("i1", "i2")
    with db.write() as tx:
        tx.wanted_images.add("other", "i3")
    fetched, get = [], images.get
    monkeypatch.setattr(images, "get", lambda i, c: (fetched.append(i), get(i, c))[1])
    prefetch = Prefetch(db, images, HOST, 60.0)
    prefetch.look()
    prefetch.look()
    assert fetched == ["i1", "i2"]
    assert wanted(db) == []


@pytest.mark.parametrize(
    ("error", "left"), [(Invalid("no"), []), (ImageUnreachable("no"), ["i1"]), (OSError(), ["i1"])]
)
def test_an_image_that_cannot_be_had_is_forgotten_or_tried_again(db, images, want, error, left):
    want("i1")
    images.error = error
    Prefetch(db, images, HOST, 60.0).look()
    assert wanted(db) == left
    images.error = None
    Prefetch(db, images, HOST, 60.0).look()
    assert wanted(db) == []


def test_the_thread_looks_when_it_is_woken_and_ends(db, images, want, monkeypatch):
    seen, get = threading.Event(), images.get
    monkeypatch.setattr(images, "get", lambda i, c: (get(i, c), seen.set())[0])
    prefetch = Prefetch(db, images, HOST, 600.0)
    prefetch.start()
    want("i1")
    prefetch.wake()
    assert seen.wait(30)
    prefetch.stop(30)
    assert not prefetch._thread.is_alive()
