"""A PostgreSQL of the tests' own, for whichever of them needs one."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATIENCE = 30.0  # seconds


class Postgresql:
    """A private PostgreSQL server in a folder, reached by a Unix socket there.

    :param programs: the folder of ``initdb`` and ``postgres``.
    :param folder: an empty folder, with a path short enough for a socket.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        # PostgreSQL refuses to run as root.
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        if self._user is not None:
            account = pwd.getpwnam(self._user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "--pgdata", str(self._data), "--username=test", "--auth=trust",
                  "--encoding=UTF8", "--no-locale", "--no-sync")  # fmt: skip

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> None:
        """Start the server, and return when it answers."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "60",
            "shared_buffers": "32MB",
            "timezone": "Asia/Kathmandu",  # what is kept must not depend on it
        }
        settings = [f"--{name}={value}" for name, value in options.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *settings],
                stdout=log, stderr=log, user=self._user, group=self._user and _group(self._user),
                extra_groups=[] if self._user else None, cwd=self._folder,
            )  # fmt: skip
        self._await()

    def stop(self) -> None:
        """Stop the server; who is connected loses the connection."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=_PATIENCE)
            self._process = None

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://test@/{database}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """Make a database and return its name.

        :param template: the name of one that nobody is connected to, to be copied.
        """
        name = f"test{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def sql(self, statement: str) -> None:
        """Run a statement in no particular database."""
        self._run("psql", "-X", "-h", str(self._folder), "-U", "test", "-d", "postgres",
                  "-v", "ON_ERROR_STOP=1", "-c", statement)  # fmt: skip

    def _await(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            ready = self._run("pg_isready", "-h", str(self._folder), "-t", "1", check=False)
            if ready.returncode == 0:
                return
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.05)

    def _run(
        self, program: str, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self._programs / program, *arguments], check=check, capture_output=True,
            user=self._user, group=self._user and _group(self._user),
            extra_groups=[] if self._user else None, cwd=self._folder,
        )  # fmt: skip


def _unprivileged() -> str:
    accounts = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in accounts else "nobody"


def _group(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


def _programs() -> Path | None:
    """Find PostgreSQL's programs; Debian puts the server's outside of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    return found[0].parent if found else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A private PostgreSQL server; ``create()`` makes a database in it."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = Postgresql(programs, Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def postgresql_url(postgresql: Postgresql) -> str:
    """The URL of a new, empty PostgreSQL database."""
    return postgresql.url(postgresql.create())
