"""No limit is left to the database: each column's is checked before, on every kind alike."""

import dataclasses
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from computeapi.db import tables
from computeapi.db.database import Transaction
from computeapi.domain.aggregates import Aggregate
from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.claims import Claim
from computeapi.domain.console_tokens import ConsoleToken
from computeapi.domain.errors import Invalid
from computeapi.domain.flavors import Flavor, FlavorFilters
from computeapi.domain.host_owners import HostOwner
from computeapi.domain.hosts import HostDetails
from computeapi.domain.keypairs import Keypair
from computeapi.domain.migrations import Migration
from computeapi.domain.paging import PageRequest
from computeapi.domain.server_groups import ServerGroup
from computeapi.domain.servers import ALL_PROJECTS, ServerFilters
from computeapi.domain.unfinished_images import UnfinishedImage

OUT_OF_RANGE = (2**31, -(2**31) - 1)
#: Made by the database, or by a repository from another column.
NOT_GIVEN = {
    ("keypairs", "id"), ("operations", "id"), ("servers", "changed_at"), ("hosts", "number"),
    ("hosts", "service_uuid"), ("hosts", "hypervisor_uuid"),
}  # fmt: skip
DETAILS = {field.name for field in dataclasses.fields(HostDetails)}


def columns(kind: type[sa.types.TypeEngine]) -> list:
    return [
        pytest.param(table.name, column.name, getattr(column.type, "length", None))
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, kind)
        and not isinstance(column.type, sa.BigInteger)
        and (table.name, column.name) not in NOT_GIVEN
    ]


TEXTS, INTEGERS = columns(sa.String), columns(sa.Integer)
LIMITED = [p for p in TEXTS if p.values[2]]


@dataclasses.dataclass
class Lock:
    name: str = "lock"


@pytest.fixture
def put(make_server, make_host, make_operation) -> Iterator[Callable]:
    """Put a new row into a table, with a value in one of its columns."""
    makers = {
        "servers": (make_server, lambda tx, server: tx.servers.add(server)),
        "flavors": (lambda: Flavor("f", "f", 1, 1, 1), lambda tx, flavor: tx.flavors.add(flavor)),
        "keypairs": (
            lambda: Keypair(None, "u", "k", "ssh", "key", "finger", make_host().seen_at),
            lambda tx, keypair: tx.keypairs.add(keypair),
        ),
        "hosts": (make_host, lambda tx, host: tx.hosts.report(host)),
        "operations": (
            lambda: make_operation(make_server().id),
            lambda tx, operation: tx.operations.add(operation),
        ),
        "claims": (
            lambda: SimpleNamespace(server_id="s", host="h", vcpus=1, memory_mb=1, disk_gb=1),
            lambda tx, claim: tx.claims.add(Claim(**vars(claim))),
        ),
        "console_tokens": (
            lambda: SimpleNamespace(
                token_hash="t",
                access_hash="a",
                server_id="s",
                console_type="novnc",
                host="h",
                relay_host="h",
                relay_port=1,
                expires_at=make_host().seen_at,
            ),
            lambda tx, token: tx.console_tokens.add(ConsoleToken(**vars(token))),
        ),
        "locks": (Lock, lambda tx, lock: tx.lock(lock.name)),
        "aggregates": (
            lambda: Aggregate(None, "u", "a", {}, make_host().seen_at),
            lambda tx, aggregate: tx.aggregates.add(aggregate),
        ),
        "aggregate_hosts": (
            lambda: SimpleNamespace(aggregate_id=1, host="h"),
            lambda tx, row: tx.aggregates.add_host(row.aggregate_id, row.host),
        ),
        "flavor_access": (
            lambda: SimpleNamespace(flavor_id="f", project_id="p"),
            lambda tx, row: tx.flavors.allow(row.flavor_id, row.project_id),
        ),
        "migrations": (
            lambda: Migration(None, *("w" * 13), created_at=make_host().seen_at, updated_at=None),
            lambda tx, migration: tx.migrations.add(migration),
        ),
        "server_passwords": (
            lambda: SimpleNamespace(server_id="s", password="p"),
            lambda tx, row: tx.server_passwords.set(row.server_id, row.password),
        ),
        "shelved_images": (
            lambda: SimpleNamespace(image_id="i", server_id="s"),
            lambda tx, row: tx.shelved_images.add(row.image_id, row.server_id),
        ),
        "block_devices": (
            lambda: BlockDevice("d", "s", make_host().seen_at, "attached", made=True),
            lambda tx, device: tx.block_devices.add(device),
        ),
        "unfinished_images": (
            lambda: SimpleNamespace(
                image_id="i", server_id="s", created_at=make_host().seen_at, accepted=False
            ),
            lambda tx, row: tx.unfinished_images.add(UnfinishedImage(**vars(row))),
        ),
        "wanted_images": (
            lambda: SimpleNamespace(host="h", image_id="i"),
            lambda tx, row: tx.wanted_images.add(row.host, row.image_id),
        ),
        "quota_sets": (
            lambda: SimpleNamespace(project_id="p", user_id="u"),
            lambda tx, row: tx.quotas.set_user(row.project_id, row.user_id, {"cores": 1}),
        ),
        "quota_classes": (
            lambda: SimpleNamespace(name="default"),
            lambda tx, row: tx.quotas.set_class(row.name, {"cores": 1}),
        ),
        "usage_periods": (
            lambda: SimpleNamespace(
                server_id="s", project_id="p", flavor_name="f", vcpus=1, memory_mb=1
            ),
            lambda tx, period: tx.usage.note(
                make_server(
                    id=period.server_id,
                    project_id=period.project_id,
                    flavor_name=period.flavor_name,
                    vcpus=period.vcpus,
                    memory_mb=period.memory_mb,
                    launched_at=make_host().seen_at,
                )
            ),
        ),
        "server_groups": (
            lambda: SimpleNamespace(
                id="g",
                project_id="p",
                user_id="u",
                name="n",
                policy="affinity",
                max_server_per_host=1,
                created_at=make_host().seen_at,
            ),
            lambda tx, group: tx.server_groups.add(ServerGroup(**vars(group))),
        ),
    }
    assert set(makers) == set(tables.metadata.tables)

    def put(tx: Transaction, table: str, column: str, value: object) -> None:
        if column.startswith("owner_"):
            tx.hosts.report(make_host())
            owner = HostOwner("folder")
            field = column.removeprefix("owner_")
            tx.hosts.set_owner("host1", dataclasses.replace(owner, **{field: value}))
            return
        if (table, column) == ("hosts", "disabled_reason"):
            tx.hosts.report(make_host())
            (service,) = tx.services.list()
            tx.services.save(dataclasses.replace(service, disabled_reason=value))
            return
        if table == "hosts" and column in DETAILS:
            tx.hosts.report(make_host(), HostDetails(**{column: value}))
            return
        make, add = makers[table]
        row = make()
        setattr(row, column, value)
        add(tx, row)

    return put


@pytest.mark.parametrize(("table", "column", "length"), LIMITED)
def test_a_text_longer_than_its_column(database, put, table, column, length):
    with pytest.raises(Invalid) as caught, database.write() as tx:
        put(tx, table, column, "x" * (length + 1))
    assert caught.value.message == (
        f"Invalid input for field {column}: it has {length + 1} characters, "
        f"and at most {length} are allowed."
    )
    with database.write() as tx:
        put(tx, table, column, "\U0001f600" * length)


@pytest.mark.parametrize(("table", "column", "length"), TEXTS)
def test_a_text_with_a_character_that_not_every_database_keeps(
    database, put, table, column, length
):
    message = rf"(field (host_)?{column}: it holds|a value holds) a NUL"
    with pytest.raises(Invalid, match=message), database.write() as tx:
        put(tx, table, column, "a\0b")


@pytest.mark.parametrize(("table", "column", "length"), INTEGERS)
def test_a_number_larger_than_its_column(database, put, table, column, length):
    for number in OUT_OF_RANGE:
        with pytest.raises(Invalid, match=f"field {column}: {number}"), database.write() as tx:
            put(tx, table, column, number)
    with database.write() as tx:
        put(tx, table, column, 2**31 - 1)


def test_a_change_is_checked_like_a_new_row(database, make_server, make_host):
    server, host = make_server(), make_host()
    with database.write() as tx:
        tx.servers.add(server)
        tx.hosts.report(host)
    server.name = "x" * 256
    with pytest.raises(Invalid, match="field name"), database.write() as tx:
        tx.servers.save(server)
    host.disk_gb = 2**31
    with pytest.raises(Invalid, match="field disk_gb"), database.write() as tx:
        tx.hosts.report(host)


def test_a_row_is_not_looked_up_by_a_text_that_cannot_be(database):
    with database.read() as tx:
        for look in (tx.servers.get, tx.flavors.get, tx.hosts.get, tx.keypairs.list):
            assert not look("a\0")
            assert not look("x" * 5000)
        with pytest.raises(Invalid, match="NUL"):
            tx.operations.unfinished("a\0")


@pytest.mark.parametrize("number", [*OUT_OF_RANGE, 10**30])
def test_a_filter_by_a_number_that_no_column_holds(database, make_server, number):
    with database.write() as tx:
        tx.servers.add(make_server(progress=0))
    with database.read() as tx:
        filters = ServerFilters(ALL_PROJECTS, equals={"progress": [number]})
        assert tx.servers.list(filters, PageRequest(10)).items == []
        filters = ServerFilters(
            ALL_PROJECTS, equals={"progress": [number, 0], "name": ["a\0", "server-1"]}
        )
        assert len(tx.servers.list(filters, PageRequest(10)).items) == 1
        for name in ("min_memory_mb", "min_disk_gb"):
            found = tx.flavors.list(FlavorFilters(**{name: number}), PageRequest(10)).items
            assert len(found) == (0 if number > 0 else 7)


def test_a_pattern_that_cannot_be(database):
    with database.read() as tx, pytest.raises(Invalid, match="filter name"):
        tx.servers.list(ServerFilters(ALL_PROJECTS, matches={"name": "a\0"}), PageRequest(10))
