"""A database in a file and a hypervisor that is told what to do."""

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from computeapi.db import engine, migration, tables
from computeapi.db.database import Database, Transaction
from computeapi.db.session import Session
from computeapi.db.tables import OPERATION
from computeapi.domain.console_tokens import ConsoleType
from computeapi.domain.hosts import Host
from computeapi.domain.operations import Operation
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, PowerState, Server, ServerFilters
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.images.folder_transfers import FolderTransfers
from computeapi.ports.images import CachedImage
from computeapi.virt.driver import Guest, GuestNotFound, GuestSpec, HostFacts
from computeapi.worker.transfers import Transfers
from computeapi.worker.uploads import Uploads

HOST = "h1"
NOW = datetime(2030, 1, 1)


class KeptDatabase:
    """A database in a file of the test's own; ``before_write`` may raise or interfere.

    :ivar now: the moment that the database's clock shows.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(f"sqlite:///{path}")
        self._engine = engine.create(f"sqlite:///{path}")
        self.now = NOW
        self.before_write: Callable[[], None] = lambda: None

    def read(self) -> AbstractContextManager[Transaction]:
        return self._database.read()

    def write(self) -> AbstractContextManager[Transaction]:
        self.before_write()
        return self._database.write()

    def close(self) -> None:
        self._database.close()
        self._engine.dispose()

    def servers(self) -> list[Server]:
        """Return all servers, deleted ones included, in the order of their ids."""
        with self.read() as tx:
            every = tx.servers.list(
                ServerFilters(ALL_PROJECTS, deleted=None), PageRequest(100)
            ).items
            return [tx.servers.get_any(server_id) for server_id in sorted(s.id for s in every)]

    def server(self, server_id: str = "s1") -> Server:
        return next(server for server in self.servers() if server.id == server_id)

    def operations(self) -> list[Operation]:
        """Return all operations, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(*OPERATION).order_by(tables.operations.c.id))
            return [Operation(*row) for row in rows]

    def operation(self, number: int = 1) -> Operation:
        return next(operation for operation in self.operations() if operation.id == number)

    def host(self) -> Host:
        with self.read() as tx:
            return tx.hosts.get(HOST)

    def change(self, server_id: str = "s1", **changes: object) -> None:
        """Change a server as another process would."""
        with self._database.write() as tx:
            tx.servers.save(replace(tx.servers.get(server_id), **changes))

    def accept(self, action: str, server_id: str = "s1", **params: object) -> None:
        """Queue an operation as the API does."""
        with self.write() as tx:
            tx.operations.expedite(server_id)
            tx.operations.add(
                Operation(None, server_id, "p1", "u1", "req-1", HOST, action, dict(params))
            )

    def claim(self, lease: float = 30.0, host: str = HOST) -> Operation | None:
        with self.write() as tx:
            return tx.operations.claim(host, "owner", lease)


class ScriptedDriver:
    """A hypervisor whose guests are a dict. ``errors`` and ``during`` are by method name."""

    def __init__(self) -> None:
        self.existing: dict[str, Guest] = {}
        self.errors: dict[str, Exception] = {}
        self.during: dict[str, Callable[[], None]] = {}
        self.calls: list[str] = []
        self.spec: GuestSpec | None = None
        self.uptime_text = "12:00:00 up 1:00, load average: 0.00, 0.00, 0.00"
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

    def uptime(self):
        return self.uptime_text

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

    def cut_power(self, server_id):
        self._enter("cut_power")
        if server_id in self.existing:
            self._set(server_id, PowerState.SHUTDOWN)

    def reboot(self, server_id, hard, timeout, checkpoint):
        self._enter("reboot hard" if hard else "reboot soft")
        checkpoint()
        return self._set(server_id, PowerState.RUNNING)

    def pause(self, server_id):
        self._enter("pause")
        return self._set(server_id, PowerState.PAUSED)

    def unpause(self, server_id):
        self._enter("unpause")
        return self._set(server_id, PowerState.RUNNING)

    def suspend(self, server_id):
        self._enter("suspend")
        self._set(server_id, PowerState.SHUTDOWN)

    def resume(self, server_id):
        self._enter("resume")
        return self._set(server_id, PowerState.RUNNING)

    def destroy(self, server_id):
        self._enter("destroy")
        self.existing.pop(server_id, None)

    def console_output(self, server_id):
        self._enter("console_output")
        return b"ok \xff"

    def console_types(self, server_id):
        self._enter("console_types")
        return frozenset({ConsoleType.NOVNC})


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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    path = tmp_path_factory.mktemp("worker") / "template.sqlite"
    migration.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(autouse=True)
def _unsafe(monkeypatch) -> None:
    """Spare the disk: workers die here, but the machine does not."""
    fast = [line.replace("= FULL", "= OFF") for line in engine._SQLITE_SETTINGS]
    monkeypatch.setattr(engine, "_SQLITE_SETTINGS", fast)
    monkeypatch.setattr(os, "fsync", lambda _file: None)


@pytest.fixture
def db(migrated, tmp_path, monkeypatch):
    path = tmp_path / "computeapi.sqlite"
    shutil.copy(migrated, path)
    kept = KeptDatabase(path)
    monkeypatch.setattr(Session, "now", lambda _session: kept.now)
    yield kept
    kept.close()


@pytest.fixture
def driver():
    return ScriptedDriver()


@pytest.fixture
def images():
    return ListedImages()


@pytest.fixture
def transfers(tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    return Transfers(tmp_path / "instances", FolderTransfers(store))


@pytest.fixture
def uploads(driver, tmp_path):
    return Uploads(driver, FolderSnapshots(tmp_path / "store"), tmp_path / "instances")


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
            "locked": False,
            "deleted": False,
            "admin_password": None,
            "personality": [],
            "user_data": None,
        }
        with db.write() as tx:
            tx.servers.add(Server(**{**fields, **changes}))

    return make
