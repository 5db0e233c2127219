"""Servers are kept as they were given."""

import dataclasses
from contextlib import suppress
from datetime import datetime

import pytest

from computeapi.domain.block_devices import BlockDevice, DeviceState
from computeapi.domain.claims import Claim
from computeapi.domain.errors import Invalid
from computeapi.domain.hosts import Usage
from computeapi.domain.operations import Operation
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import Fault, ServerFilters, VmState

MOMENT = datetime(2031, 1, 2, 3, 4, 5, 6)


def full(make_server):
    """A server with something in every field."""
    return make_server(
        description="ein Sërver",
        tags=["red", "bläu", "a'b", "%_"],
        name="Großer Sërver \U0001f600",
        updated_at=MOMENT,
        vm_state=VmState.ERROR,
        task_state="deleting",
        key_name="key",
        public_key="ssh-rsa " + "A" * 4000,
        metadata={"k": "v", "ключ": "зна'чение"},
        security_groups=["one", "two"],
        addresses={"private": [{"addr": "10.0.0.3", "version": 4, "type": "fixed", "mac": "m"}]},
        ssh_port=2222,
        access_ip_v4="192.0.2.1",
        access_ip_v6="2001:db8:0000:0000:0000:0000:192.0.2.1",
        config_drive=True,
        fault=Fault(500, "No valid host was found.", MOMENT, "Traceback"),
        launched_at=MOMENT,
        terminated_at=MOMENT,
        admin_password="secret",
        personality=[{"path": "/etc/motd", "contents": "aGk="}],
        user_data="A" * 65535,
    )


def test_a_server_comes_back_as_it_was_kept(database, make_server):
    server = full(make_server)
    with database.write() as tx:
        tx.servers.add(server)
    with database.read() as tx:
        assert tx.servers.get(server.id) == server


def test_a_plain_server_comes_back_with_its_nothings(database, make_server):
    server = make_server(host=None, image_id=None)
    with database.write() as tx:
        tx.servers.add(server)
        assert tx.servers.get(server.id, lock=True) == server


def test_a_page_has_values_beside_nothings(database, make_server):
    more = {"trusted_certificates": ["c"], "interfaces": [{"port_id": "p"}], "tags": ["one"]}
    whole = dataclasses.replace(full(make_server), **more)
    plain = make_server(host=None, image_id=None, project_id=whole.project_id)
    servers = {server.id: server for server in (whole, plain)}
    with database.write() as tx:
        for server in servers.values():
            tx.servers.add(server)
    with database.read() as tx:
        page = tx.servers.list(ServerFilters(whole.project_id), PageRequest(10))
    assert len(page.items) == 2
    for found in page.items:
        for field in dataclasses.fields(found):
            assert getattr(found, field.name) == getattr(servers[found.id], field.name)


def test_every_field_can_be_changed(database, make_server):
    server, changed = make_server(), full(make_server)
    changed = dataclasses.replace(changed, id=server.id, project_id="other", host=None)
    with database.write() as tx:
        tx.servers.add(server)
        bystander = make_server()
        tx.servers.add(bystander)
        tx.servers.save(changed)
    with database.read() as tx:
        assert tx.servers.get(server.id) == changed
        assert tx.servers.get(bystander.id) == bystander


@pytest.mark.parametrize(
    "number",
    [2**53 + 1, -(2**53) - 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**300,
     1.0, -0.0, 1e300, 0.1, 1e-7],
)  # fmt: skip
def test_numbers_of_callers_come_back_as_they_were_sent(database, make_server, number):
    hints = {"a": number, "b": [{"c": [number, " größe"]}]}
    server, other = make_server(scheduler_hints=hints), make_server()
    params = {"hints": hints}
    operation = Operation(None, server.id, "p", "u", "r", "h", "create", params, created_at=MOMENT)
    device = BlockDevice("d", server.id, MOMENT, DeviceState.ATTACHED, connection=hints)
    with database.write() as tx:
        for one in (server, other):
            tx.servers.add(one)
        tx.operations.add(operation)
        tx.block_devices.add(device)
    with database.read() as tx:
        (shown,) = tx.operations.unfinished(server.id)
        (kept,) = tx.block_devices.of_server(server.id)
        every = tx.servers.list(ServerFilters(project_id="project"), PageRequest(5))
        documents = [tx.servers.get(server.id).scheduler_hints, every.items[1].scheduler_hints,
                     shown.params["hints"], kept.connection]  # fmt: skip
    for document in documents:
        assert repr(document) == repr(hints)


def test_saving_what_was_never_added_is_an_error(database, make_server):
    with pytest.raises(LookupError), database.write() as tx:
        tx.servers.save(make_server())


def test_a_deleted_server_is_not_found(database, make_server):
    server = make_server()
    server.mark_deleted(MOMENT)
    with database.write() as tx:
        tx.servers.add(server)
        assert tx.servers.get(server.id) is None
        assert tx.servers.get("no-such-id") is None


@pytest.mark.parametrize("server_id", ["\0", "\ud800", "x" * 5000])
def test_an_id_that_cannot_be_is_no_server(database, server_id):
    """Any content of a URL is at worst the caller's mistake."""
    with suppress(Invalid), database.read() as tx:
        assert tx.servers.get(server_id) is None


def test_on_host_returns_the_live_servers_of_that_host(database, make_server):
    here = [make_server(), make_server()]
    gone = make_server()
    gone.mark_deleted(MOMENT)
    with database.write() as tx:
        for server in [*here, gone, make_server(host="host2"), make_server(host=None)]:
            tx.servers.add(server)
    with database.read() as tx:
        assert sorted(s.id for s in tx.servers.on_host("host1")) == [s.id for s in here]


def test_usage_counts_what_lives(database, make_server):
    gone = make_server(vcpus=64)
    gone.mark_deleted(MOMENT)
    with database.write() as tx:
        tx.servers.add(make_server(vcpus=2, memory_mb=1024, disk_gb=10, ephemeral_gb=5, swap_mb=1))
        tx.servers.add(make_server(vcpus=1, memory_mb=512, disk_gb=0, image_gb=7, swap_mb=1024))
        tx.servers.add(make_server(project_id="other", host="host2"))
        tx.servers.add(make_server(host=None, memory_mb=2**31 - 1))
        tx.servers.add(gone)
    with database.read() as tx:
        assert tx.servers.usage("project") == Usage(4 - 1, 4, 1536 + 2**31 - 1, 25)
        assert tx.servers.usage("nobody") == Usage()
        assert tx.hosts.usage() == {"host1": Usage(2, 3, 1536, 24), "host2": Usage(1, 1, 512, 1)}


def test_a_server_has_a_claim_on_its_host_until_it_is_deleted(database, make_server):
    server, unplaced = make_server(vcpus=2, disk_gb=3, swap_mb=1), make_server(host=None)
    with database.write() as tx:
        for one in (server, unplaced):
            tx.servers.add(one)
        assert tx.claims.of_server(server.id) == [Claim(server.id, "host1", 2, 512, 4)]
        assert tx.claims.of_server(unplaced.id) == []
        tx.claims.put(Claim(server.id, "host2", 4, 1024, 8))
        tx.claims.put(Claim(server.id, "host2", 5, 1024, 8))
        assert tx.hosts.usage_of("host2") == Usage(1, 5, 1024, 8)
        tx.servers.save(server)
        assert [claim.host for claim in tx.claims.of_server(server.id)] == ["host1", "host2"]
        tx.claims.remove(server.id, "host1")
        assert tx.hosts.usage_of("host1") == Usage()
        server.mark_deleted(MOMENT)
        tx.servers.save(server)
        assert tx.claims.of_server(server.id) == []
        assert tx.hosts.usage() == {}


def test_usage_counts_the_largest_servers(database, make_server):
    """One that finds no host is kept, and must not be in the way of the project's next."""
    most = 2**31 - 1
    sizes = {name: most for name in ("vcpus", "memory_mb", "disk_gb", "ephemeral_gb", "swap_mb")}
    with database.write() as tx:
        for _ in range(3):
            tx.servers.add(make_server(**sizes))
    disk = most + most + (most + 1023) // 1024
    with database.read() as tx:
        assert tx.servers.usage("project") == Usage(3, 3 * most, 3 * most, 3 * disk)
        assert tx.hosts.usage() == {"host1": Usage(3, 3 * most, 3 * most, 3 * disk)}
