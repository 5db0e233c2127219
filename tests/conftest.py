"""A PostgreSQL of the tests' own, folders in memory, and tests without coverage."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.postgresql import Postgresql, programs
from testing.processes import ProgramError
from tests import watching
from tests.cinder import Cinder, running
from tests.neutron import Neutron

MEMORY = Path("/dev/shm")
#: Bytes that the folders of tests may need.
ROOM = 4 * 1024**3


def pytest_configure() -> None:
    """Keep the folders of tests in memory, where there is room: SQLite waits for disks."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return
    # Some tests run programs that they made.
    if not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of tests, which live to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A private PostgreSQL server; ``create()`` makes a database in it."""
    try:
        programs()
    except ProgramError as error:
        pytest.skip(str(error))
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        # Kept moments must not depend on the server's time zone.
        server = Postgresql(Path(folder), {"timezone": "Asia/Kathmandu"})
        server.start()
        yield server
        server.stop()


@pytest.fixture
def postgresql_url(postgresql: Postgresql) -> str:
    """The URL of a new, empty PostgreSQL database."""
    return postgresql.url(postgresql.create())


@pytest.fixture
def unwatched() -> Iterator[None]:
    """Run the test without coverage, as others run the same code: see :mod:`tests.watching`."""
    with watching.unwatched():
        yield


@pytest.fixture(scope="session")
def running_cinder() -> Iterator[Cinder]:
    """A volume service of the tests' own, as the last test left it."""
    with running() as found:
        yield found


@pytest.fixture
def cinder(running_cinder: Cinder) -> Cinder:
    """A volume service of the tests' own, without volumes."""
    running_cinder.reset()
    return running_cinder


@pytest.fixture(scope="session")
def running_neutron() -> Iterator[Neutron]:
    """A network service of the tests' own, as the last test left it."""
    found = Neutron()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def neutron(running_neutron: Neutron) -> Neutron:
    """A network service of the tests' own, without networks."""
    running_neutron.reset()
    return running_neutron
