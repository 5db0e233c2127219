"""Two hosts with workers that die at any step, and a server that moves between them."""

import time
from dataclasses import dataclass
from pathlib import Path

from computeapi.domain.migrations import MigrationFilters
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Size
from computeapi.virt.fake import FakeDriver
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.evacuations import Evacuations
from computeapi.worker.leases import Lease
from computeapi.worker.moves import Moves
from computeapi.worker.operations import Operations

OLD = Size("1", 1, 512, 1, 0, 0)
NEW = Size("2", 2, 2048, 3, 0, 0)
DIRTY = "a file written before"
STORAGES = ("one host", "shared storage", "two hosts")
#: The storage, and whether the server is stopped.
OFF_OR_ON = [*((storage, False) for storage in STORAGES), ("two hosts", True)]


@dataclass
class Site:
    """A host: its hypervisor, and what its worker does."""

    driver: FakeDriver
    operations: Operations
    moves: Moves
    folder: Path
    evacuations: Evacuations
    devices: BlockDevices | None = None


def target_of(storage: str) -> str:
    return "h1" if storage == "one host" else "h2"


def mark(driver: FakeDriver, server_id: str) -> None:
    """Write to a guest's disk, as its user does: the fake driver keeps the console alone."""
    record = driver._records.read(server_id)
    driver._records.write(record | {"console": record["console"] + DIRTY})


def accept(db, server_id, action, target, change=lambda server: None) -> None:
    with db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        vm_state = server.vm_state
        change(server)
        operation = Operation.of(action, server, "u1", "req-1", target_host=target)
        assert operation.vm_state_before == vm_state
        server.begin(action)
        tx.servers.save(server)
        tx.claims.keep(server_id, server.claims)
        tx.operations.expedite(server_id)
        tx.operations.add(operation)


def work(db, sites: dict[str, Site]) -> int:
    """Make the workers carry out all operations; return how many of them died meanwhile."""
    died = idle = 0
    while idle < 2:
        idle = 0
        for name, site in sites.items():
            try:
                operation = db.claim(host=name)
                if operation is None:
                    idle += 1
                    continue
                site.operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))
            except SystemExit:
                died += 1
                until = [o.lease_until for o in db.operations() if o.lease_until]
                db.now = max([db.now, *until])
    return died


def look(db, sites: dict[str, Site]) -> int:
    """Make the workers take their regular look; return how many of them died meanwhile."""
    died = 0
    for site in sites.values():
        for look_once in (site.evacuations.look, site.moves.look):
            try:
                look_once()
            except SystemExit:
                died += 1
                look_once()
    return died


def status(db, server_id: str) -> str:
    """Return the status of the record of a server's move."""
    with db.read() as tx:
        filters = MigrationFilters(server_ids=(server_id,))
        (migration,) = tx.migrations.list(filters, 10).items
    return migration.status


def check(db, sites: dict[str, Site], server_id: str, host: str | None, size: Size) -> None:
    """Check that there is one guest, where it should be, and nothing else of the server."""
    with db.read() as tx:
        assert tx.operations.unfinished(server_id) == []
        claims = tx.claims.of_server(server_id)
    left = [path.name for s in sites.values() for path in (s.folder / "instances").iterdir()]
    assert left == []
    assert list((sites["h1"].folder.parent / "store" / "transfers").glob("*")) == []
    guests = {name: site.driver.guests().get(server_id) for name, site in sites.items()}
    if host is None:
        assert set(guests.values()) == {None}
        assert claims == []
        return
    server = db.server(server_id)
    assert (server.host, server.size, server.task_state) == (host, size, None)
    assert (server.reserved_vcpus, server.reserved_memory_mb) == (0, 0)
    assert claims == server.claims
    assert [(claim.host, claim.vcpus, claim.memory_mb) for claim in claims] == [
        (host, size.vcpus, size.memory_mb)
    ]
    record = sites[host].driver._records.read(server_id)
    assert DIRTY in record["console"]
    assert (record["vcpus"], record["memory_mb"]) == (size.vcpus, size.memory_mb)
    others = [name for name in guests if name != host]
    if sites[others[0]].driver.guests() != sites[host].driver.guests():
        assert guests[others[0]] is None
    assert not any(site.driver._parked.holds(server_id) for site in sites.values())
