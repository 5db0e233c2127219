"""The acceptance of rebuilds, on each kind of database, and with many requests at once."""

import threading

import pytest

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Error, Invalid, NotFound, QuotaExceeded
from computeapi.domain.hosts import Ratios, Usage
from computeapi.domain.images import GIB, Image
from computeapi.domain.keypairs import Keypair
from computeapi.domain.quotas import Quotas
from computeapi.domain.servers import Rebuild
from computeapi.policies.servers import rebuilding as rules
from computeapi.ports.cloud_services import CloudServices
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.admin_passwords import AdminPasswords
from computeapi.service.servers.deletion import Deletion
from computeapi.service.servers.placement import SchedulingOptions
from computeapi.service.servers.rebuilding import Rebuilding

CALLER = Context("user", "project", "req-1")
QUOTAS = Quotas(-1, -1, -1)
PASSWORDS = AdminPasswords()
SCHEDULING = SchedulingOptions(Ratios(1, 1, 1))


class Policy:
    """A policy that allows everything, and notes the rules."""

    def __init__(self):
        self.rules = []

    def authorize(self, context, rule, target=None):
        self.rules.append(rule)

    def authorize_scope(self, context, rule):
        pass


class Images:
    """A store with an image; its disk is of ``gib`` GiB."""

    def __init__(self):
        self.gib = 1
        self.meanwhile = lambda: None

    def get(self, context, image_ref):
        self.meanwhile()
        if image_ref != "new":
            raise NotFound("no such image")
        properties = {"hw_disk_bus": "scsi"}
        size = self.gib * GIB
        return Image("new", "new", "active", size, 0, 0, "qcow2", None, size, properties)


@pytest.fixture
def policy():
    return Policy()


@pytest.fixture
def images():
    return Images()


@pytest.fixture
def acceptance(database, policy, woken):
    return Acceptance(database, policy, woken)


@pytest.fixture
def make_rebuilding(acceptance, policy, images):
    def make(quotas=QUOTAS, passwords=PASSWORDS):
        cloud = CloudServices(images, None, None, None, None)
        return Rebuilding(acceptance, policy, cloud, QuotaReader(quotas), SCHEDULING, passwords)

    return make


@pytest.fixture
def add_server(database, make_host, make_server):
    """A function that adds a server to the host h1, which has 8 GiB of disk."""

    def add(**fields):
        server = make_server(**{"host": "h1", **fields})
        server.launched_at = fields.get("launched_at", server.created_at)
        with database.write() as tx:
            if tx.hosts.get("h1") is None:
                tx.hosts.report(make_host("h1", vcpus=8, memory_mb=8192, disk_gb=8))
            tx.servers.add(server)
        return server

    return add


def kept(database, server_id):
    with database.read() as tx:
        claims = [claim.usage for claim in tx.claims.of_server(server_id)]
        return tx.servers.get(server_id), claims, list(tx.operations.unfinished(server_id))


def test_a_rebuild_keeps_all_but_the_image_and_what_it_changes(
    database, make_rebuilding, add_server, woken
):
    server = add_server()
    with database.write() as tx:
        key = Keypair(None, "user", "k", "ssh", "ssh-rsa A", "00", tx.now())
        tx.keypairs.add(key)
    changes = {"name": "other", "metadata": {"a": "b"}, "key_name": "k", "user_data": "aGk="}
    wanted = Rebuild("new", changes, "secret", [{"path": "/a", "contents": "YQ=="}], True)
    result = make_rebuilding().rebuild(CALLER, server.id, wanted)
    row, claims, (operation,) = kept(database, server.id)
    assert result.server == row
    assert result.admin_password == row.admin_password == "secret"
    assert (row.vm_state, row.task_state, row.image_id) == ("active", "rebuilding", "new")
    assert row.image_properties == {"hw_disk_bus": "scsi"}
    assert (row.name, row.metadata, row.public_key) == ("other", {"a": "b"}, "ssh-rsa A")
    assert row.personality == wanted.personality
    same = ("id", "host", "flavor_id", "addresses", "created_at", "launched_at", "hostname")
    assert all(getattr(row, name) == getattr(server, name) for name in same)
    assert claims == [server.usage]
    assert (operation.action, operation.stage, operation.host) == ("rebuild", "fetch", "h1")
    assert operation.params["before"]["image_id"] == server.image_id
    assert operation.params["preserve_ephemeral"] is True
    assert woken.hosts == ["h1"]


def test_a_password_is_made_up_and_may_be_kept_back(database, make_rebuilding, add_server):
    server = add_server()
    rebuilding = make_rebuilding(passwords=AdminPasswords(are_shown=False))
    result = rebuilding.rebuild(CALLER, server.id, Rebuild("new"))
    assert result.admin_password is None
    assert len(kept(database, server.id)[0].admin_password) == 12


@pytest.mark.parametrize("vm_state", ["active", "stopped", "error"])
def test_a_server_in_these_states_is_rebuilt(database, make_rebuilding, add_server, vm_state):
    server = add_server(vm_state=vm_state)
    make_rebuilding().rebuild(CALLER, server.id, Rebuild("new"))
    assert kept(database, server.id)[0].task_state == "rebuilding"


@pytest.mark.parametrize(
    "fields",
    [
        {"vm_state": "paused"},
        {"vm_state": "resized"},
        {"task_state": "powering-off"},
        {"vm_state": "error", "launched_at": None},
        {"vm_state": "error", "host": None},
        {"locked": True, "locked_by": "owner"},
    ],
)
def test_a_server_in_another_state_is_not(database, make_rebuilding, add_server, images, fields):
    server = add_server(**fields)
    images.meanwhile = pytest.fail
    with pytest.raises(Conflict):
        make_rebuilding().rebuild(CALLER, server.id, Rebuild("new"))
    assert kept(database, server.id)[0] == server


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Rebuild("none"), Invalid),
        (Rebuild("new", {"key_name": "none"}), Invalid),
        (Rebuild("new", {"user_data": "?"}), Invalid),
        (Rebuild("new", personality=[{"path": "/a", "contents": "?"}]), Invalid),
        (Rebuild("new", {"metadata": {"a": "b", "c": "d"}}), QuotaExceeded),
        (Rebuild("new", personality=[{"path": "/a", "contents": ""}] * 2), QuotaExceeded),
    ],
)
def test_a_request_that_is_refused_changes_nothing(
    database, make_rebuilding, add_server, woken, wanted, error
):
    server = add_server()
    quotas = Quotas(-1, -1, -1, metadata_items=1, injected_files=1)
    with pytest.raises(error):
        make_rebuilding(quotas).rebuild(CALLER, server.id, wanted)
    row, claims, unfinished = kept(database, server.id)
    assert (row, claims, unfinished, woken.hosts) == (server, [server.usage], [], [])


def test_certificates_have_a_rule_of_their_own(make_rebuilding, add_server, policy):
    rebuilding, server = make_rebuilding(), add_server()
    rebuilding.rebuild(CALLER, server.id, Rebuild("new"))
    assert set(policy.rules) == {rules.REBUILD}
    other = add_server()
    rebuilding.rebuild(CALLER, other.id, Rebuild("new", {"trusted_certificates": ["a"]}))
    assert rules.TRUSTED_CERTIFICATES in policy.rules


@pytest.mark.parametrize(("gib", "counted"), [(1, 3), (6, 6)])
def test_a_root_disk_as_large_as_its_image_claims_the_larger_one(
    database, make_rebuilding, add_server, images, gib, counted
):
    server = add_server(disk_gb=0, image_gb=3)
    images.gib = gib
    make_rebuilding().rebuild(CALLER, server.id, Rebuild("new"))
    row, claims, (operation,) = kept(database, server.id)
    assert row.image_gb == counted
    assert claims == [row.usage]
    assert operation.params["image_gb"] == gib
    with database.read() as tx:
        assert tx.hosts.usage_of("h1").disk_gb == counted


def test_a_root_disk_that_the_host_has_no_room_for_is_refused(
    database, make_rebuilding, add_server, images
):
    server, other = add_server(disk_gb=0, image_gb=3), add_server(disk_gb=3)
    images.gib = 6
    with pytest.raises(Conflict, match=r"No valid host was found. Of 1 host, 1 lacks disk"):
        make_rebuilding().rebuild(CALLER, server.id, Rebuild("new"))
    assert kept(database, server.id)[0] == server
    with database.read() as tx:
        assert tx.hosts.usage_of("h1") == server.usage + other.usage


def test_a_server_that_is_deleted_meanwhile_is_not_rebuilt(
    database, make_rebuilding, add_server, images, acceptance
):
    server = add_server()
    # Its host is down, so that it is deleted at once.
    images.meanwhile = lambda: Deletion(acceptance, None, False, 60).delete(CALLER, server.id)
    with pytest.raises(NotFound):
        make_rebuilding().rebuild(CALLER, server.id, Rebuild("new"))
    assert kept(database, server.id) == (None, [], [])


def at_once(calls):
    """Make calls in threads of their own; return the kinds of the errors that they raised."""
    errors = []

    def attempt(call):
        try:
            call()
        except Error as error:
            errors.append(type(error))

    threads = [threading.Thread(target=attempt, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_of_many_rebuilds_at_once_one_is_accepted(database, make_rebuilding, add_server):
    server, rebuilding = add_server(), make_rebuilding()
    calls = [lambda: rebuilding.rebuild(CALLER, server.id, Rebuild("new"))] * 8
    assert at_once(calls) == [Conflict] * 7
    assert len(kept(database, server.id)[2]) == 1


def test_disks_that_grow_at_once_do_not_take_more_than_there_is(
    database, make_rebuilding, add_server, images
):
    """Four servers of 1 GiB want 3 GiB each, of 8."""
    servers, rebuilding = [add_server(disk_gb=0, image_gb=1) for _ in range(4)], make_rebuilding()
    images.gib = 3
    calls = [
        lambda each=each: rebuilding.rebuild(CALLER, each.id, Rebuild("new")) for each in servers
    ]
    assert at_once(calls) == [Conflict] * 2
    with database.read() as tx:
        assert tx.hosts.usage_of("h1") == Usage(4, 4, 2048, 8)
