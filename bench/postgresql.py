"""A PostgreSQL server of the bench's own, with databases that are kept for the next run."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import psycopg

from bench import processes, seed
from bench.processes import ProgramError

USER = "bench"
_PATIENCE = 60.0  # seconds
_SETTINGS = {
    "listen_addresses": "",
    # As a site would have it, but for what only the power's failing would show.
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "jit": "off",
    "timezone": "UTC",
}


class Cluster:
    """A private server, reached by a Unix socket in its folder.

    :param folder: with a path short enough for a socket; readable for whom PostgreSQL runs as.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._programs = programs()
        # PostgreSQL refuses to run as root.
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, and return when it answers.

        :raises ProgramError: when it does not.
        """
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._initialise()
        settings = {**_SETTINGS, "unix_socket_directories": str(self.folder)}
        words = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("wb") as log:
            self._process = self._popen(log, "postgres", "-D", str(self.folder / "data"), *words)
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ProgramError("PostgreSQL: " + processes.tail(self.folder / "log"))
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server; who is connected loses the connection."""
        if self._process is not None:
            processes.stop(self._process, signal.SIGINT, _PATIENCE)
            self._process = None

    def url(self, database: str, driver: str = "psycopg") -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+{driver}://{USER}@/{database}?host={self.folder}"

    def version(self) -> str:
        """Return the server's version."""
        with self.connect("postgres") as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return "" if row is None else str(row[0])

    def names(self) -> list[str]:
        """Return the names of the databases."""
        with self.connect("postgres") as connection:
            found = connection.execute("SELECT datname FROM pg_database").fetchall()
        return [row[0] for row in found]

    def create(self, name: str, template: str = "template0") -> None:
        """Make a database in place of the one of that name.

        :param template: a database that nobody is connected to, to be copied.
        """
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

    def seeded(self, count: int, say: Callable[[str], None]) -> str:
        """Return the name of a database with so many servers, kept from earlier if there is one."""
        name = f"servers_{count}_{seed.edition()}"
        names = self.names()
        if name not in names:
            with self.connect("postgres") as connection:
                for old in (n for n in names if n.startswith(f"servers_{count}_")):
                    connection.execute(f"DROP DATABASE {old} WITH (FORCE)")
            draft = f"draft_{count}"
            self.create(draft)
            seed.fill(self.url(draft), count, say)
            with self.connect("postgres") as connection:
                connection.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
        return name

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """Return a connection of which each statement is its own transaction."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    def _answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        if self._account is not None:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        done = self._popen(
            subprocess.PIPE, "initdb", "--pgdata", str(self.folder / "data"), f"--username={USER}",
            "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync",
        )  # fmt: skip
        text, errors = done.communicate()
        if done.returncode:
            raise ProgramError(f"initdb: {text.decode()}{errors.decode()}")

    def _popen(
        self, output: IO[bytes] | int, program: str, *arguments: str
    ) -> subprocess.Popen[bytes]:
        account = self._account
        words = processes.command([self._programs / program, *arguments], ends_by="INT")
        if account is not None:
            who = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
            # First: a change of user forgets what shall happen when the parent dies.
            words = ["setpriv", *who, *words]
        process = subprocess.Popen(words, cwd=self.folder, stdout=output, stderr=output)
        os.sched_setaffinity(process.pid, processes.cores()[1])
        return process


def programs() -> Path:
    """Return the folder of ``initdb``; Debian has the server's programs outside of the PATH.

    :raises ProgramError: when PostgreSQL is not installed.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise ProgramError("PostgreSQL is not installed")
    return found[0].parent if found else Path(str(on_path)).resolve().parent
