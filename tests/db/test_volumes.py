"""The acceptance of volumes for servers, on each kind of database, and many at once."""

import threading

import pytest

from computeapi import conf as configuration
from computeapi import volumes as adapters
from computeapi.domain.context import Context
from computeapi.domain.errors import Error, Invalid
from computeapi.domain.volumes import NewVolumeAttachment
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.deletion import Deletion
from computeapi.service.servers.new_volumes import NewVolumes
from computeapi.service.servers.volume_attachments import VolumeAttachments
from tests.db.woken import Woken

CALLER = Context("user", "project", "req-1", token="alice:project:member")


class Permissive:
    def authorize(self, *_arguments):
        """Allow everything."""

    authorize_scope = authorize


@pytest.fixture
def acceptance(database):
    return Acceptance(database, Permissive(), Woken())


@pytest.fixture
def attaching(acceptance, cinder):
    conf = configuration.load()
    for name, value in cinder.options().items():
        conf.set_override(name, value, group="volumes")
    new_volumes = NewVolumes(acceptance, adapters.load(conf))
    return VolumeAttachments(acceptance, Permissive(), new_volumes)


@pytest.fixture
def server(database, make_server, make_host):
    """A server on a host that is up."""
    found = make_server(vm_state="active", task_state=None, project_id="project", host="host1")
    with database.write() as tx:
        tx.hosts.report(make_host("host1", seen_at=tx.now()))
        tx.servers.add(found)
    return found


def at_once(*calls):
    """Make calls at the same time; return their errors."""
    gate, errors = threading.Barrier(len(calls)), []

    def make(call):
        gate.wait()
        try:
            call()
        except Error as error:
            errors.append(error)

    threads = [threading.Thread(target=make, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def attach(attaching, server, volume_id):
    """Return a call that attaches a volume."""
    return lambda: attaching.attach(CALLER, server.id, NewVolumeAttachment(volume_id))


def kept(database, server):
    """Return the block devices of a server, and the operations on it."""
    with database.read() as tx:
        return tx.block_devices.of_server(server.id), tx.operations.unfinished(server.id)


def test_a_volume_is_attached_once_however_many_ask(database, attaching, cinder, server):
    volume_id = cinder.add()
    errors = at_once(*[attach(attaching, server, volume_id)] * 4)
    assert [type(error) for error in errors] == [Invalid] * 3
    devices, operations = kept(database, server)
    assert len(devices) == len(operations) == len(cinder.attached(volume_id)) == 1


def test_volumes_that_are_attached_at_once_get_names_of_their_own(
    database, attaching, cinder, server
):
    volumes = [cinder.add() for _ in range(4)]
    calls = [attach(attaching, server, one) for one in volumes]
    assert at_once(*calls) == []
    devices, operations = kept(database, server)
    assert {device.volume_id for device in devices} == set(volumes)
    assert len({device.device for device in devices}) == len(operations) == 4


def test_a_volume_is_detached_once_however_many_ask(database, attaching, cinder, server):
    volume_id = cinder.add()
    attaching.attach(CALLER, server.id, NewVolumeAttachment(volume_id))
    with database.write() as tx:
        tx.operations.cancel(server.id, "done")
    errors = at_once(*[lambda: attaching.detach(CALLER, server.id, volume_id)] * 3)
    assert [type(error) for error in errors] == [Invalid] * 2
    assert [operation.action for operation in kept(database, server)[1]] == ["detach_volume"]


def test_a_server_is_deleted_while_volumes_are_attached(
    database, acceptance, attaching, cinder, server
):
    volumes = [cinder.add() for _ in range(3)]
    calls = [attach(attaching, server, one) for one in volumes]
    deletion = Deletion(acceptance, None, False, 60)
    at_once(*calls, lambda: deletion.delete(CALLER, server.id))
    devices, operations = kept(database, server)
    # Those that came first are for the delete to release; the others are released already.
    assert operations[-1].action == "delete"
    attached = {device.volume_id for device in devices}
    assert {one for one in volumes if cinder.attached(one)} == attached
    assert len(operations) == len(devices) + 1
