"""A database in memory and a hypervisor that is told what to do."""

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from computeapi.domain.errors import LeaseLost
from computeapi.domain.operations import Operation
from computeapi.domain.paging import Page
from computeapi.domain.servers import PowerState, Server
from computeapi.ports.images import CachedImage
from computeapi.virt.driver import Guest, GuestNotFound, GuestSpec, HostFacts

HOST = "h1"
NOW = datetime(2030, 1, 1)
UNFINISHED = ("queued", "running")


class MemoryTransaction:
    """Servers, operations and hosts as the repositories show them."""

    def __init__(self, rows: dict, now: datetime) -> None:
        self.rows, self._now = rows, now
        self.servers, self.operations = ServerRows(self), OperationRows(self)
        self.hosts = HostRows(self)

    def now(self) -> datetime:
        return self._now


class ServerRows:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx, self._rows = tx, tx.rows["servers"]

    def get(self, server_id, lock=False):
        server = self._rows.get(server_id)
        return None if server is None or server.deleted else copy.deepcopy(server)

    def on_host(self, host):
        return [copy.deepcopy(s) for s in self._rows.values() if s.host == host and not s.deleted]

    def list(self, filters, page):
        wanted = filters.equals["id"]
        found = [s for s in self._rows.values() if s.id in wanted and s.deleted == filters.deleted]
        return Page(found[: page.limit], more=False)

    def save(self, server):
        self._rows[server.id] = copy.deepcopy(server)

    add = save


class OperationRows:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._tx, self._rows = tx, tx.rows["operations"]

    def add(self, operation):
        operation.id = len(self._rows) + 1
        self._rows[operation.id] = copy.deepcopy(operation)

    def unfinished(self, server_id):
        rows = self._rows.values()
        return [o for o in rows if o.server_id == server_id and o.state in UNFINISHED]

    def claim(self, host, owner, lease):
        now = self._tx.now()
        for row in self._rows.values():
            free = row.state == "queued" or (row.state == "running" and row.lease_until <= now)
            if row.host == host and free and self.unfinished(row.server_id)[0] is row:
                row.state, row.lease_owner = "running", owner
                row.attempts, row.lease_token = row.attempts + 1, row.lease_token + 1
                row.lease_until = now + timedelta(seconds=lease)
                return copy.deepcopy(row)
        return None

    def renew(self, operation, lease):
        row = self._held(operation)
        if row is not None:
            row.lease_until = self._tx.now() + timedelta(seconds=lease)
        return row is not None

    def is_superseded(self, operation):
        return any(
            o.id > operation.id and o.action == "delete"
            for o in self.unfinished(operation.server_id)
        )

    def finish(self, operation, state, message=None):
        row = self._held(operation)
        if row is None:
            raise LeaseLost
        row.state, row.message, row.finished_at = state, message, self._tx.now()

    def hand_back(self, operation):
        row = self._held(operation)
        if row is None:
            raise LeaseLost
        row.state, row.lease_until, row.attempts = "queued", None, row.attempts - 1

    def release(self, host):
        running = [o for o in self._rows.values() if o.host == host and o.state == "running"]
        for row in running:
            row.lease_until = self._tx.now()
        return len(running)

    def _held(self, operation):
        row = self._rows[operation.id]
        same = row.state == "running" and row.lease_token == operation.lease_token
        return row if same else None


class HostRows:
    def __init__(self, tx: MemoryTransaction) -> None:
        self._rows = tx.rows["hosts"]

    def get(self, name):
        return copy.deepcopy(self._rows.get(name))

    def report(self, host):
        self._rows[host.name] = copy.deepcopy(host)


class MemoryDatabase:
    """Keeps what a block wrote when it ends well; ``before_write`` may raise or interfere."""

    def __init__(self) -> None:
        self.rows: dict = {"servers": {}, "operations": {}, "hosts": {}}
        self.now = NOW
        self.before_write: Callable[[], None] = lambda: None
        self._mutex = threading.RLock()

    @contextmanager
    def read(self) -> Iterator[MemoryTransaction]:
        with self._mutex:
            yield MemoryTransaction(copy.deepcopy(self.rows), self.now)

    @contextmanager
    def write(self) -> Iterator[MemoryTransaction]:
        self.before_write()
        with self._mutex:
            rows = copy.deepcopy(self.rows)
            yield MemoryTransaction(rows, self.now)
            self.rows = rows

    def server(self, server_id: str = "s1") -> Server:
        return self.rows["servers"][server_id]

    def operation(self, number: int = 1) -> Operation:
        return self.rows["operations"][number]

    def accept(self, action: str, server_id: str = "s1", **params: object) -> None:
        """Queue an operation as the API does."""
        with self.write() as tx:
            tx.operations.add(
                Operation(None, server_id, "p1", "u1", "req-1", HOST, action, dict(params))
            )

    def claim(self, lease: float = 30.0) -> Operation:
        with self.write() as tx:
            return tx.operations.claim(HOST, "owner", lease)


class ScriptedDriver:
    """A hypervisor whose guests are a dict. ``errors`` and ``during`` are by method name."""

    def __init__(self) -> None:
        self.existing: dict[str, Guest] = {}
        self.errors: dict[str, Exception] = {}
        self.during: dict[str, Callable[[], None]] = {}
        self.calls: list[str] = []
        self.spec: GuestSpec | None = None
        self.on_change: Callable[[str], None] | None = None

    def _enter(self, method: str) -> None:
        self.calls.append(method)
        self.during.get(method, lambda: None)()
        if method in self.errors:
            raise self.errors[method]

    def open(self, on_change):
        self.on_change = on_change

    def close(self):
        self.calls.append("close")

    def facts(self):
        return HostFacts("h1.example", "fake", 1_000_000, 8, 16384, 100)

    def guests(self):
        self._enter("guests")
        return dict(self.existing)

    def guest(self, server_id):
        self._enter("guest")
        if server_id not in self.existing:
            raise GuestNotFound(f"no guest {server_id}")
        return self.existing[server_id]

    def _set(self, server_id: str, power_state: int) -> Guest:
        addresses = {"private": [{"addr": "10.0.2.15", "version": 4}]}
        self.existing[server_id] = Guest(server_id, power_state, addresses, 2222)
        return self.existing[server_id]

    def spawn(self, spec, checkpoint):
        self.spec = spec
        self._enter("spawn")
        checkpoint()
        return self._set(spec.server_id, PowerState.RUNNING)

    def power_on(self, server_id):
        self._enter("power_on")
        return self._set(server_id, PowerState.RUNNING)

    def power_off(self, server_id, timeout, checkpoint):
        self._enter("power_off")
        checkpoint()
        self._set(server_id, PowerState.SHUTDOWN)

    def reboot(self, server_id, hard, timeout, checkpoint):
        self._enter("reboot hard" if hard else "reboot soft")
        checkpoint()
        return self._set(server_id, PowerState.RUNNING)

    def destroy(self, server_id):
        self._enter("destroy")
        self.existing.pop(server_id, None)

    def console_output(self, server_id):
        self._enter("console_output")
        return b"ok \xff"


class ListedImages:
    """Any image is there; ``error`` says otherwise."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.kept: set[str] | None = None
        self.virtual_size = 1024**3

    def get(self, image_id, checkpoint):
        checkpoint()
        if self.error:
            raise self.error
        return CachedImage(Path("/cache") / image_id, "qcow2", self.virtual_size)

    def prune(self, keep):
        self.kept = set(keep)
        return []


@pytest.fixture
def db():
    return MemoryDatabase()


@pytest.fixture
def driver():
    return ScriptedDriver()


@pytest.fixture
def images():
    return ListedImages()


@pytest.fixture
def make_server(db):
    """Put a server into the database: running, unless said otherwise."""

    def make(server_id="s1", **changes):
        fields = {
            "id": server_id,
            "project_id": "p1",
            "user_id": "u1",
            "name": "demo",
            "created_at": NOW,
            "updated_at": NOW,
            "vm_state": "active",
            "task_state": None,
            "power_state": PowerState.RUNNING,
            "host": HOST,
            "availability_zone": "nova",
            "flavor_id": "1",
            "vcpus": 1,
            "memory_mb": 512,
            "disk_gb": 1,
            "ephemeral_gb": 0,
            "swap_mb": 0,
            "image_id": "i1",
            "key_name": None,
            "public_key": None,
            "metadata": {},
            "security_groups": ["default"],
            "addresses": {},
            "ssh_port": None,
            "access_ip_v4": None,
            "access_ip_v6": None,
            "config_drive": False,
            "disk_config": "MANUAL",
            "reservation_id": "r-1",
            "launch_index": 0,
            "hostname": "demo",
            "progress": 0,
            "fault": None,
            "launched_at": None,
            "terminated_at": None,
            "deleted": False,
            "admin_password": None,
            "personality": [],
            "user_data": None,
        }
        with db.write() as tx:
            tx.servers.add(Server(**{**fields, **changes}))

    return make
