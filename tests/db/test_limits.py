"""No limit is left to the database: each column's is checked before, on every kind alike."""

import dataclasses
from collections.abc import Callable
from datetime import datetime

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
from computeapi.domain.notifications import Notification
from computeapi.domain.paging import PageRequest
from computeapi.domain.server_groups import ServerGroup
from computeapi.domain.server_ports import ServerPort
from computeapi.domain.servers import ALL_PROJECTS, ServerFilters
from computeapi.domain.unfinished_images import UnfinishedImage

NOW = datetime(2030, 1, 1)
OUT_OF_RANGE = (2**31, -(2**31) - 1)
#: Made by the database, or by a repository from another column.
NOT_GIVEN = {
    ("keypairs", "id"), ("operations", "id"), ("notifications", "id"), ("servers", "changed_at"),
    ("hosts", "number"), ("hosts", "service_uuid"), ("hosts", "hypervisor_uuid"),
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


#: Table -> an object that is kept as a row of it, and the method of a repository that does so.
OBJECTS: dict[str, tuple[object, Callable[[Transaction], Callable]]] = {
    "aggregates": (Aggregate(None, "u", "a", {}, NOW), lambda tx: tx.aggregates.add),
    "block_devices": (
        BlockDevice("d", "s", NOW, "attached", made=True),
        lambda tx: tx.block_devices.add,
    ),
    "server_ports": (
        ServerPort("i", "s", 0, "n", None, True),
        lambda tx: tx.server_ports.add,
    ),
    "claims": (Claim("s", "h", 1, 1, 1), lambda tx: tx.claims.add),
    "console_tokens": (
        ConsoleToken("t", "a", "s", "novnc", "h", "h", 1, NOW),
        lambda tx: tx.console_tokens.add,
    ),
    "flavors": (Flavor("f", "f", 1, 1, 1), lambda tx: tx.flavors.add),
    "keypairs": (
        Keypair(None, "u", "k", "ssh", "key", "finger", NOW),
        lambda tx: tx.keypairs.add,
    ),
    "migrations": (
        Migration(None, *("w" * 13), created_at=NOW, updated_at=None),
        lambda tx: tx.migrations.add,
    ),
    "notifications": (
        Notification(None, "m", "e", "INFO", "compute.h", NOW, {}, {}),
        lambda tx: tx.notifications.add,
    ),
    "server_groups": (
        ServerGroup("g", "p", "u", "n", "affinity", 1, NOW),
        lambda tx: tx.server_groups.add,
    ),
    "unfinished_images": (
        UnfinishedImage("i", "s", NOW, accepted=False),
        lambda tx: tx.unfinished_images.add,
    ),
}
#: Table -> a function that keeps a row of it, with the columns that the row is made of.
ROWS: dict[str, Callable] = {
    "aggregate_hosts": lambda tx, aggregate_id=1, host="h": tx.aggregates.add_host(
        aggregate_id, host
    ),
    "flavor_access": lambda tx, flavor_id="f", project_id="p": tx.flavors.allow(
        flavor_id, project_id
    ),
    "leases": lambda tx, name="lease", owner="h": tx.leases.take(name, owner, 30),
    "locks": lambda tx, name="lock": tx.lock(name),
    "quota_classes": lambda tx, name="default": tx.quotas.set_class(name, {"cores": 1}),
    "quota_sets": lambda tx, project_id="p", user_id="u": tx.quotas.set_user(
        project_id, user_id, {"cores": 1}
    ),
    "server_passwords": lambda tx, server_id="s", password="p": tx.server_passwords.set(
        server_id, password
    ),
    "shelved_images": lambda tx, image_id="i", server_id="s": tx.shelved_images.add(
        image_id, server_id
    ),
    "wanted_images": lambda tx, host="h", image_id="i": tx.wanted_images.add(host, image_id),
}


@pytest.fixture
def objects(make_server, make_host, make_operation) -> dict[str, tuple]:
    server = make_server()
    return {
        **OBJECTS,
        "hosts": (make_host(), lambda tx: tx.hosts.report),
        "operations": (make_operation(server.id), lambda tx: tx.operations.add),
        "servers": (server, lambda tx: tx.servers.add),
        # A period begins when its server is kept, and has the id of this one.
        "usage_periods": (make_server(launched_at=NOW), lambda tx: tx.usage.note),
    }


def test_every_table_is_known(objects):
    assert {*objects, *ROWS} == set(tables.metadata.tables)


@pytest.fixture
def put(objects, make_host) -> Callable:
    """Put a new row into a table, with a value in one of its columns."""

    def put(tx: Transaction, table: str, column: str, value: object) -> None:
        given = {column: value}
        if table in ROWS:
            ROWS[table](tx, **given)
        elif column.startswith("owner_"):
            tx.hosts.report(make_host())
            owner = {column.removeprefix("owner_"): value}
            tx.hosts.set_owner("host1", dataclasses.replace(HostOwner("folder"), **owner))
        elif (table, column) == ("hosts", "disabled_reason"):
            tx.hosts.report(make_host())
            (service,) = tx.services.list()
            tx.services.save(dataclasses.replace(service, **given))
        elif table == "hosts" and column in DETAILS:
            tx.hosts.report(make_host(), HostDetails(**given))
        else:
            example, add = objects[table]
            given = {"id": value} if (table, column) == ("usage_periods", "server_id") else given
            add(tx)(dataclasses.replace(example, **given))

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
