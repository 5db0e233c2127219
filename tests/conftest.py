"""A PostgreSQL of the tests' own, for whichever of them needs one."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.postgresql import Postgresql, programs
from testing.processes import ProgramError


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
