"""Images that Glance refuses, by a stand-in for it: nothing is left; the server is as it was."""

import json
import threading

import pytest

from computeapi import conf as configuration
from computeapi.domain.servers import actions
from computeapi.images import glance_snapshots
from tests.unit.test_images_glance import Glance, Handler
from tests.unit.worker.snapshots.site import STATES, check_clean, work


class RefusingGlance(Glance):
    """It has every image until that is removed, and takes no data.

    :ivar status: the status of the answer to data.
    :ivar reads: whether it reads the data before it answers.
    """

    def __init__(self, status: int, reads: bool) -> None:
        super().__init__()
        self.RequestHandlerClass = RefusingHandler
        self.status, self.reads = status, reads
        self.removed, self.uploads = [], 0


class RefusingHandler(Handler):
    def do_GET(self):
        image_id = self.path.removeprefix("/v2/images/")
        if self.path.startswith("/identity"):
            super().do_GET()
        elif image_id in self.server.removed:
            self.send(404, b"")
        else:
            self.send(200, json.dumps({"id": image_id, "status": "queued"}).encode())

    def do_PUT(self):
        self.server.uploads += 1
        if self.server.reads:
            self.rfile.read(int(self.headers["Content-Length"]))
        else:
            self.close_connection = True
        self.send(self.server.status, b"<html>")

    def do_DELETE(self):
        self.server.removed.append(self.path.rpartition("/")[2])
        self.send(204, b"")


class Store(glance_snapshots.GlanceSnapshots):
    """The API has made the image in its caller's name."""

    def create(self, context, new):
        pass


@pytest.fixture(params=[(413, True), (413, False), (403, True)], ids=str)
def glance(request):
    with RefusingGlance(*request.param) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server
        server.shutdown()


@pytest.fixture
def store(glance):
    conf = configuration.load()
    conf.set_override("endpoint", glance.url, "images")
    conf.set_override("auth_url", f"{glance.url}/identity/v3", "images")
    conf.set_override("password", "secret", "images")
    return Store(glance_snapshots.load(conf)._calls)


@pytest.mark.parametrize("vm_state", ["active", "suspended"])
@pytest.mark.parametrize("action", [actions.CREATE_IMAGE, actions.CREATE_BACKUP])
def test_an_image_that_is_refused_leaves_nothing(
    db, site, glance, prepare, accept, action, vm_state
):
    server_id = prepare(vm_state)
    record = site.driver._records.read(server_id)
    # More than the buffers of a connection hold.
    site.driver._records.write(record | {"console": record["console"] + "x" * 8_000_000})
    image_id = accept(server_id, action, backup_type="daily", rotation=1)
    work(db, site)
    assert (glance.uploads, glance.removed) == (1, [image_id])
    server, operation = db.server(server_id), db.operation()
    assert (server.vm_state, server.task_state, server.fault) == (vm_state, None, None)
    assert site.driver.guest(server_id).power_state == STATES[vm_state]
    assert operation.state == "failed"
    assert operation.message == (
        f"The image service refused image {image_id}: {glance.status} "
        f"{ {413: 'Request Entity Too Large', 403: 'Forbidden'}[glance.status] }."
    )
    assert operation.fault.code == 403
    check_clean(db, site)
