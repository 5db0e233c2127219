"""The acceptance of rescues, on each kind of database, and with many requests at once."""

import threading

import pytest

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Error, Invalid, NotFound
from computeapi.domain.images import GIB, Image
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.admin_passwords import AdminPasswords
from computeapi.service.servers.rescue import Rescue
from tests.db.moves.accepting import Anything

CALLER = Context("user", "project", "req-1")


class Images:
    """A store with images of any id but "none"."""

    def __init__(self):
        self.properties = {}
        self.status = "active"

    def get(self, context, image_ref):
        if image_ref == "none":
            raise NotFound("no such image")
        size, properties = GIB, self.properties
        return Image(image_ref, "i", self.status, size, 0, 0, "qcow2", None, size, properties)


@pytest.fixture
def images():
    return Images()


@pytest.fixture
def rescue(database, woken, images):
    return Rescue(Acceptance(database, Anything(), woken), images, AdminPasswords())


@pytest.fixture
def add_server(database, make_host, make_server):
    def add(**fields):
        server = make_server(**{"host": "h1", **fields})
        server.launched_at = fields.get("launched_at", server.created_at)
        with database.write() as tx:
            tx.hosts.report(make_host("h1"))
            tx.servers.add(server)
        return server

    return add


def kept(database, server_id):
    with database.read() as tx:
        return tx.servers.get(server_id), list(tx.operations.unfinished(server_id))


def test_a_server_is_rescued_with_its_own_image(database, rescue, add_server, woken):
    server = add_server()
    password = rescue.rescue(CALLER, server.id)
    row, (operation,) = kept(database, server.id)
    assert len(password) == 12
    assert (row.vm_state, row.task_state) == ("active", "rescuing")
    assert (row.rescue_image_id, row.admin_password) == (server.image_id, password)
    assert (row.image_id, row.host) == (server.image_id, server.host)
    assert (operation.action, operation.host, woken.hosts) == ("rescue", "h1", ["h1"])
    assert operation.params == {"is_stable": False, "device": "disk", "bus": "virtio"}


def test_a_rescue_image_says_how_its_disk_is_attached(database, rescue, add_server, images):
    server = add_server()
    images.properties = {"hw_rescue_device": "cdrom", "hw_rescue_bus": "usb"}
    assert rescue.rescue(CALLER, server.id, "other", "secret") == "secret"
    row, (operation,) = kept(database, server.id)
    assert row.rescue_image_id == "other"
    assert operation.params == {"is_stable": True, "device": "cdrom", "bus": "usb"}


@pytest.mark.parametrize("vm_state", ["active", "stopped", "error"])
def test_a_server_in_these_states_is_rescued(database, rescue, add_server, vm_state):
    server = add_server(vm_state=vm_state)
    rescue.rescue(CALLER, server.id)
    assert kept(database, server.id)[0].task_state == "rescuing"


@pytest.mark.parametrize(
    "fields",
    [
        {"vm_state": "rescued"},
        {"vm_state": "paused"},
        {"vm_state": "resized"},
        {"task_state": "powering-off"},
        {"vm_state": "error", "launched_at": None},
        {"vm_state": "error", "host": None},
        {"locked": True, "locked_by": "owner"},
    ],
)
def test_a_server_in_another_state_is_not(database, rescue, add_server, fields):
    server = add_server(**fields)
    with pytest.raises(Conflict):
        rescue.rescue(CALLER, server.id)
    assert kept(database, server.id) == (server, [])


@pytest.mark.parametrize(
    ("image", "status", "properties"),
    [
        ("none", "active", {}),
        ("queued", "queued", {}),
        ("odd", "active", {"hw_rescue_device": "floppy"}),
    ],
)
def test_an_image_that_cannot_be_used(
    database, rescue, add_server, images, image, status, properties
):
    server = add_server()
    images.status, images.properties = status, properties
    with pytest.raises(Invalid):
        rescue.rescue(CALLER, server.id, image)
    assert kept(database, server.id) == (server, [])


def test_a_rescue_ends_only_when_there_is_one(database, rescue, add_server):
    server = add_server()
    with pytest.raises(Conflict, match="while it is in vm_state active"):
        rescue.unrescue(CALLER, server.id)
    rescued = add_server(vm_state="rescued")
    rescue.unrescue(CALLER, rescued.id)
    row, (operation,) = kept(database, rescued.id)
    assert (row.task_state, operation.action) == ("unrescuing", "unrescue")


def test_of_many_rescues_at_once_one_is_accepted(database, rescue, add_server):
    server, errors = add_server(), []

    def attempt(number):
        try:
            rescue.rescue(CALLER, server.id, f"image-{number}", f"password-{number}")
        except Error as error:
            errors.append(type(error))

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [Conflict] * 7
    row, operations = kept(database, server.id)
    assert len(operations) == 1
    assert row.admin_password.removeprefix("password-") == row.rescue_image_id.removeprefix(
        "image-"
    )
