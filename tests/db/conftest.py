"""Every test of this folder runs on each kind of database."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from computeapi.db import engine, migration, tables
from computeapi.db.database import Database
from computeapi.domain.flavors import DEFAULTS
from computeapi.domain.hosts import Host, Usage
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server
from tests.db.woken import Woken
from tests.watching import unwatched

EPOCH = datetime(2024, 2, 29, 12, 0, 0, 123456)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    migration.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_name(postgresql) -> str:
    name = postgresql.create()
    migration.upgrade(postgresql.url(name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of the database; coverage watches but the first, as the code is the same."""
    is_watched = request.param == "sqlite" or "test_database" in request.module.__name__
    with nullcontext() if is_watched else unwatched():
        yield request.param


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with tables, but no rows beyond the default flavors."""
    if kind == "sqlite":
        path = tmp_path / "computeapi.sqlite"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    url = request.getfixturevalue("cleaned_url")
    with engine.create(url).connect() as connection:
        for table in tables.metadata.sorted_tables:
            connection.execute(sa.delete(table))
        connection.execute(sa.insert(tables.flavors), [asdict(flavor) for flavor in DEFAULTS])
    return url


@pytest.fixture(scope="session")
def cleaned_url(postgresql, migrated_name: str) -> str:
    """The URL of a database that is used again: making one takes a quarter of a second."""
    return postgresql.url(postgresql.create(migrated_name))


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if kind == "sqlite":
        (tmp_path / "empty.sqlite").touch()
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def new_server_maker() -> Callable[..., Server]:
    """Return a function that makes servers, each a second younger than the one before."""
    count = 0

    def make(**fields: object) -> Server:
        nonlocal count
        count += 1
        values = dict(
            id=f"{count:08d}-0000-4000-8000-000000000000",
            project_id="project",
            user_id="user",
            name=f"server-{count}",
            created_at=EPOCH + timedelta(seconds=count),
            updated_at=None,
            vm_state="active",
            task_state=None,
            power_state=1,
            host="host1",
            availability_zone="nova",
            flavor_id="1",
            vcpus=1,
            memory_mb=512,
            disk_gb=1,
            ephemeral_gb=0,
            swap_mb=0,
            image_id="image",
            key_name=None,
            public_key=None,
            metadata={},
            security_groups=["default"],
            addresses={},
            ssh_port=None,
            access_ip_v4=None,
            access_ip_v6=None,
            config_drive=False,
            disk_config="MANUAL",
            reservation_id="r-1",
            launch_index=0,
            hostname=f"server-{count}",
            progress=0,
            fault=None,
            launched_at=None,
            terminated_at=None,
            locked=False,
            deleted=False,
            admin_password=None,
            personality=[],
            user_data=None,
        )
        return Server(**{**values, **fields})

    return make


@pytest.fixture(scope="session")
def server_maker() -> Callable[[], Callable[..., Server]]:
    return new_server_maker


@pytest.fixture
def make_server() -> Callable[..., Server]:
    return new_server_maker()


@pytest.fixture
def make_host() -> Callable[..., Host]:
    def make(name: str = "host1", **fields: object) -> Host:
        values = dict(
            name=name,
            availability_zone="nova",
            hypervisor_hostname=f"{name}.example.org",
            hypervisor_type="fake",
            hypervisor_version=1,
            vcpus=8,
            memory_mb=8192,
            disk_gb=100,
            enabled=True,
            started_at=EPOCH,
            seen_at=EPOCH,
        )
        return Host(**{**values, **fields})

    return make


@pytest.fixture
def add_host(database: Database, make_host: Callable[..., Host]) -> Callable[..., None]:
    """A function that adds a host of 40 GiB of disk with no servers noted."""

    def add_host(name: str, silent_for: float = 0, **fields: object) -> None:
        with database.write() as tx:
            seen_at = tx.now() - timedelta(seconds=silent_for)
            sizes = {"vcpus": 8, "memory_mb": 8192, "disk_gb": 40}
            tx.hosts.report(make_host(name, **{**sizes, "seen_at": seen_at, **fields}))
            tx.hosts.note_usage(name, Usage())

    return add_host


@pytest.fixture(scope="session")
def operation_maker() -> Callable[..., Operation]:
    return _operation


@pytest.fixture
def make_operation() -> Callable[..., Operation]:
    return _operation


def _operation(server_id: str, action: str = "create", host: str = "host1") -> Operation:
    return Operation(None, server_id, "project", "user", "req-1", host, action, created_at=EPOCH)


@pytest.fixture
def woken() -> Woken:
    """Notes the hosts whose workers the API wakes."""
    return Woken()
