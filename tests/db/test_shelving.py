"""The acceptance of shelving and unshelving, on each kind of database, and many at once."""

import threading

import pytest

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Forbidden, ImageUnreachable, Invalid, NotFound
from computeapi.domain.hosts import Ratios, Usage
from computeapi.domain.operations import HistoryRequest
from computeapi.domain.server_groups import ServerGroup
from computeapi.domain.servers.shelving import NOWHERE, Unshelving
from computeapi.ports.cloud_services import CloudServices
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.deletion import Deletion
from computeapi.service.servers.new_images import NewImages
from computeapi.service.servers.placement import SchedulingOptions
from computeapi.service.servers.shelving import Shelving
from tests.db.woken import Woken

OPTIONS = SchedulingOptions(Ratios(1, 1, 1), host_down_after=60)
CALLER = Context("user", "project", "req-1")
GROUP = "11111111-1111-4111-8111-111111111111"


class Rules:
    """A policy that forbids some rules."""

    def __init__(self):
        self.forbidden = set()

    def authorize(self, context, rule, target=None):
        if rule in self.forbidden:
            raise Forbidden(rule)

    def authorize_scope(self, context, rule):
        pass


class Store:
    """A store that notes the images that were made, and has no others."""

    def __init__(self):
        self.made = []
        self.error = None

    def get(self, context, image_id):
        raise NotFound(image_id)

    def discard(self, context, image_id):
        self.made = [image for image in self.made if image.id != image_id]

    def create(self, context, new):
        if self.error:
            raise self.error
        self.made.append(new)


@pytest.fixture
def policy():
    return Rules()


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def acceptance(database, policy):
    return Acceptance(database, policy, Woken())


@pytest.fixture
def shelving(acceptance, policy, store):
    new_images = NewImages(acceptance, CloudServices(store, None, None, None, store))
    return Shelving(acceptance, policy, new_images, OPTIONS, offloads_at_once=True)


@pytest.fixture
def add_server(database, make_server):
    """A function that adds a server that is shelved, and on no host."""

    def add_server(**fields):
        shelved = {"vm_state": "shelved_offloaded", "host": None, "shelved_image_id": "image"}
        server = make_server(**shelved | fields)
        with database.write() as tx:
            tx.servers.add(server)
        return server

    return add_server


def kept(database, server_id):
    with database.read() as tx:
        server = tx.servers.get(server_id)
        claims = {claim.host: claim.usage for claim in tx.claims.of_server(server_id)}
        return server, claims, list(tx.operations.unfinished(server_id))


def last(database, server_id):
    """Return the last operation on a server, whatever became of it."""
    with database.read() as tx:
        return tx.operations.history(server_id, HistoryRequest(1)).items[0]


def test_a_server_that_is_shelved_has_an_image(database, shelving, store, add_host, add_server):
    add_host("h1")
    server = add_server(vm_state="active", host="h1", shelved_image_id=None)
    shelving.shelve(CALLER, server.id)
    (image,) = store.made
    assert image.name == f"{server.name}-shelved"
    row, claims, (operation,) = kept(database, server.id)
    assert (row.vm_state, row.task_state, row.host) == ("active", "shelving", "h1")
    assert (row.shelved_image_id, claims) == (image.id, {"h1": server.usage})
    assert operation.params == {"image_id": image.id, "offload": True, "owner": "project"}
    with database.read() as tx:
        assert tx.shelved_images.unneeded() == []
        assert [(i.image_id, i.accepted) for i in tx.unfinished_images.all()] == [(image.id, True)]


@pytest.mark.parametrize(
    "fields", [{"vm_state": "error"}, {"task_state": "rebooting"}, {"locked": True}, {"host": None}]
)
def test_a_server_that_cannot_be_shelved_gets_no_image(
    database, shelving, store, add_server, fields
):
    server = add_server(**{"vm_state": "active", "host": "h1", "shelved_image_id": None} | fields)
    with pytest.raises(Conflict):
        shelving.shelve(CALLER, server.id)
    assert store.made == []
    assert kept(database, server.id)[2] == []


def test_a_server_is_not_shelved_without_an_image_service(database, shelving, store, add_server):
    server = add_server(vm_state="active", host="h1", shelved_image_id=None)
    store.error = ImageUnreachable("The image service does not answer.")
    with pytest.raises(ImageUnreachable):
        shelving.shelve(CALLER, server.id)
    row, _, unfinished = kept(database, server.id)
    assert (row.task_state, row.shelved_image_id, unfinished) == (None, None, [])


@pytest.mark.parametrize("fields", [{"deleted": True}, {"shelved_image_id": None}])
def test_the_image_of_a_server_is_needed_until_it_is_deleted_or_unshelved(
    database, add_server, fields
):
    server = add_server(shelved_image_id="i1")
    with database.write() as tx:
        tx.shelved_images.add("i1", server.id)
        tx.shelved_images.add("i0", server.id)
        assert tx.shelved_images.unneeded() == ["i0"]
        for name, value in fields.items():
            setattr(server, name, value)
        tx.servers.save(server)
        assert tx.shelved_images.unneeded() == ["i0", "i1"]
        tx.shelved_images.remove("i0")
    with database.read() as tx:
        assert tx.shelved_images.unneeded() == ["i1"]


def test_a_server_is_unshelved_on_a_host_that_has_room(
    database, acceptance, shelving, add_host, add_server
):
    add_host("h1", memory_mb=256)
    add_host("h2", availability_zone="elsewhere")
    server = add_server()
    shelving.unshelve(CALLER, server.id)
    row, claims, (operation,) = kept(database, server.id)
    assert (row.vm_state, row.task_state) == ("shelved_offloaded", "unshelving")
    assert (row.host, row.availability_zone, row.pinned_zone) == ("h2", "elsewhere", None)
    assert claims == {"h2": server.usage}
    assert (operation.host, operation.vm_state_before) == ("h2", "shelved_offloaded")
    assert acceptance.rpc_client.hosts == ["h2"]
    with database.read() as tx:
        assert dict((h.name, u) for h, u in tx.hosts.with_usage())["h2"] == server.usage


def test_a_server_that_is_on_its_host_is_unshelved_there(database, shelving, add_host, add_server):
    add_host("h1", silent_for=99)
    add_host("h2")
    server = add_server(vm_state="shelved", host="h1")
    shelving.unshelve(CALLER, server.id)
    row, claims, (operation,) = kept(database, server.id)
    assert (row.host, claims, operation.host) == ("h1", {"h1": server.usage}, "h1")


@pytest.mark.parametrize(
    ("pinned", "wanted", "host", "then"),
    [
        ("z1", NOWHERE, "h1", "z1"),
        ("z2", NOWHERE, "h2", "z2"),
        (None, Unshelving(host="h2"), "h2", None),
        (None, Unshelving("z2", True), "h2", "z2"),
        (None, Unshelving("z2", True, "h2"), "h2", "z2"),
        ("z1", Unshelving("z2", True), "h2", "z2"),
        ("z1", Unshelving("z2", True, "h2"), "h2", "z2"),
        ("z1", Unshelving(None, True, "h2"), "h2", None),
        ("z1", Unshelving(host="h1"), "h1", "z1"),
    ],
)
def test_a_server_goes_to_the_place_that_a_request_names(
    database, shelving, add_host, add_server, pinned, wanted, host, then
):
    add_host("h1", availability_zone="z1")
    add_host("h2", availability_zone="z2")
    server = add_server(pinned_zone=pinned)
    shelving.unshelve(CALLER, server.id, wanted)
    row = kept(database, server.id)[0]
    assert (row.host, row.pinned_zone) == (host, then)


@pytest.mark.parametrize(
    ("fields", "wanted", "error"),
    [
        ({}, Unshelving("z9", True), Invalid),
        ({}, Unshelving("", True), Invalid),
        ({}, Unshelving(host="h9"), Invalid),
        ({}, Unshelving("z2", True, "h1"), Conflict),
        ({"pinned_zone": "z1"}, Unshelving(host="h2"), Conflict),
        ({"vm_state": "shelved", "host": "h1"}, Unshelving("z1", True), Conflict),
        ({"vm_state": "shelved", "host": "h1"}, Unshelving(None, True), Conflict),
        ({"vm_state": "shelved", "host": "h1"}, Unshelving(host="h1"), Conflict),
        ({"vm_state": "active", "host": "h1"}, NOWHERE, Conflict),
        ({"task_state": "unshelving"}, NOWHERE, Conflict),
        ({"locked": True}, NOWHERE, Conflict),
    ],
)
def test_a_place_that_a_server_cannot_go_to(
    database, shelving, add_host, add_server, fields, wanted, error
):
    add_host("h1", availability_zone="z1")
    add_host("h2", availability_zone="z2")
    server = add_server(**fields)
    with pytest.raises(error):
        shelving.unshelve(CALLER, server.id, wanted)
    assert kept(database, server.id)[0] == server


def test_a_host_is_for_callers_who_may_name_one(policy, shelving, add_host, add_server):
    add_host("h1")
    policy.forbidden.add("os_compute_api:os-shelve:unshelve_to_host")
    server = add_server()
    with pytest.raises(Forbidden):
        shelving.unshelve(CALLER, server.id, Unshelving(host="h1"))
    shelving.unshelve(CALLER, server.id)


@pytest.mark.parametrize(
    ("hosts", "fields", "wanted", "reason"),
    [
        ([], {}, NOWHERE, "There is no host to choose from."),
        ([{"enabled": False}], {}, NOWHERE, "Of 1 host, 1 is disabled."),
        ([{"silent_for": 99}], {}, Unshelving(host="h0"), "Of 1 host, 1 is down."),
        ([{"memory_mb": 256}], {}, NOWHERE, "Of 1 host, 1 lacks memory (512 MiB wanted)."),
        ([{}], {"pinned_zone": "gone"}, NOWHERE, "zone is not available"),
    ],
)
def test_a_server_without_a_host_stays_offloaded(
    database, shelving, add_host, add_server, hosts, fields, wanted, reason
):
    for number, host in enumerate(hosts):
        add_host(f"h{number}", **host)
    server = add_server(**fields)
    shelving.unshelve(CALLER, server.id, wanted)
    assert kept(database, server.id) == (server, {}, [])
    operation = last(database, server.id)
    assert (operation.action, operation.state) == ("unshelve", "failed")
    assert operation.message.endswith(reason)


@pytest.mark.parametrize(("policy_of_group", "host"), [("affinity", "h1"), ("anti-affinity", "h2")])
def test_a_server_goes_where_its_group_allows(
    database, shelving, add_host, add_server, policy_of_group, host
):
    add_host("h1", memory_mb=4096)
    add_host("h2", memory_mb=1024 if policy_of_group == "anti-affinity" else 8192)
    with database.write() as tx:
        group = ServerGroup(GROUP, "project", "user", "g", policy_of_group, None, tx.now())
        tx.server_groups.add(group)
    add_server(vm_state="active", host="h1", server_group_id=GROUP)
    server = add_server(server_group_id=GROUP)
    shelving.unshelve(CALLER, server.id)
    assert kept(database, server.id)[0].host == host


def test_a_server_goes_where_its_hints_allow(database, shelving, add_host, add_server):
    add_host("h1", memory_mb=4096)
    add_host("h2")
    other = add_server(vm_state="active", host="h1")
    server = add_server(scheduler_hints={"same_host": other.id})
    shelving.unshelve(CALLER, server.id)
    assert kept(database, server.id)[0].host == "h1"


def test_a_server_on_no_host_is_deleted_at_once(database, acceptance, add_server):
    server = add_server(shelved_image_id="i1")
    with database.write() as tx:
        tx.shelved_images.add("i1", server.id)
    Deletion(acceptance, None, False, 60).delete(CALLER, server.id)
    with database.read() as tx:
        assert tx.servers.get(server.id) is None
        assert tx.shelved_images.unneeded() == ["i1"]
    operation = last(database, server.id)
    assert (operation.action, operation.state) == ("delete", "done")


def test_a_shelved_server_counts_for_its_project_and_on_no_host(database, add_host, add_server):
    add_host("h1")
    server = add_server()
    with database.read() as tx:
        assert tx.servers.usage("project") == server.usage
        assert tx.hosts.usage() == {}
        assert list(tx.servers.on_host("h1")) == []


def at_once(*calls):
    """Call functions at the same time; return the number of those that raised Conflict."""
    refused, begin = [], threading.Barrier(len(calls))

    def call(function):
        begin.wait()
        try:
            function()
        except Conflict:
            refused.append(function)

    threads = [threading.Thread(target=call, args=(function,)) for function in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(refused)


def test_many_who_unshelve_at_once_get_no_more_than_there_is(
    database, shelving, add_host, add_server
):
    """There is room for three of eight servers, and each is asked for twice."""
    add_host("h1", memory_mb=1024)
    add_host("h2", memory_mb=512)
    servers = [add_server() for _ in range(8)]
    calls = [lambda each=each: shelving.unshelve(CALLER, each.id) for each in servers * 2]
    at_once(*calls)
    with database.read() as tx:
        assert tx.hosts.usage_of("h1") == Usage(2, 2, 1024, 2)
        assert tx.hosts.usage_of("h2") == Usage(1, 1, 512, 1)
    found = [kept(database, each.id) for each in servers]
    assert sorted(len(unfinished) for *_, unfinished in found) == [0] * 5 + [1] * 3
    for row, claims, unfinished in found:
        assert list(claims) == ([row.host] if row.host else [])
        assert [operation.host for operation in unfinished] == list(claims)


def test_one_of_two_who_shelve_a_server_at_once(database, shelving, store, add_host, add_server):
    add_host("h1")
    server = add_server(vm_state="active", host="h1", shelved_image_id=None)
    refused = at_once(*[lambda: shelving.shelve(CALLER, server.id)] * 2)
    row, _, (operation,) = kept(database, server.id)
    assert refused == 1
    assert operation.params["image_id"] == row.shelved_image_id
    assert [image.id for image in store.made] == [row.shelved_image_id]
    with database.read() as tx:
        assert tx.shelved_images.unneeded() == []


def test_members_of_a_group_that_unshelve_at_once_are_kept_apart(
    database, shelving, add_host, add_server
):
    for number in range(3):
        add_host(f"h{number}")
    with database.write() as tx:
        group = ServerGroup(GROUP, "project", "user", "g", "anti-affinity", None, tx.now())
        tx.server_groups.add(group)
    servers = [add_server(server_group_id=GROUP) for _ in range(4)]
    at_once(*[lambda each=each: shelving.unshelve(CALLER, each.id) for each in servers])
    hosts = [kept(database, each.id)[0].host for each in servers]
    assert sorted(host for host in hosts if host) == ["h0", "h1", "h2"]
