"""A private PostgreSQL server."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from testing import processes
from testing.processes import ProgramError

USER = "test"
_SETTINGS = {
    "listen_addresses": "",
    # Only a power failure would show the difference.
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "timezone": "UTC",
}


class Postgresql:
    """A private PostgreSQL server in a folder, reached by a Unix socket there.

    :param folder: with a path short enough for a socket; its databases are kept.
    :param settings: in the place of those for tests.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._settings = {**_SETTINGS, "unix_socket_directories": str(folder), **(settings or {})}
        self._programs = programs()
        self._account = _account()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)

    def start(self) -> int:
        """Start the server, and return its process id when it answers.

        :raises ProgramError: when it does not answer.
        """
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._initialise()
        words = [f"--{name}={value}" for name, value in self._settings.items()]
        log = self.folder / "log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", str(self.folder / "data"), *words),
                stdout=out, stderr=out, cwd=self.folder,
            )  # fmt: skip
        processes.wait_until(self._answers, self._process, log)
        return self._process.pid

    def stop(self) -> None:
        """Stop the server; its clients lose their connections."""
        if self._process is not None:
            processes.stop(self._process, signal.SIGINT, 60)
            self._process = None

    def url(self, database: str, driver: str = "psycopg") -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+{driver}://{USER}@/{database}?host={self.folder}"

    def create(self, template: str = "template0", name: str | None = None) -> str:
        """Create a database and return its name.

        :param template: a database without connections, to be copied.
        :param name: of the database; one that has it is dropped. None: a new name.
        """
        name = name or f"test{next(self._numbers)}"
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def sql(self, statement: str) -> None:
        """Run a statement that belongs to no database."""
        with self.connect("postgres") as connection:
            connection.execute(statement)

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """Return a connection in which each statement is a transaction."""
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
        options = (f"--username={USER}", "--auth=trust", "--encoding=UTF8", "--no-locale")
        words = self._command("initdb", "-D", str(self.folder / "data"), "--no-sync", *options)
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ProgramError(f"initdb: {done.stdout}{done.stderr}")

    def _command(self, program: str, *arguments: str) -> list[str]:
        words = processes.command([self._programs / program, *arguments], ends_by="INT")
        if self._account is None:
            return words
        who = [f"--reuid={self._account.pw_uid}", f"--regid={self._account.pw_gid}"]
        # This comes first, because a change of user resets the signal at the parent's death.
        return ["setpriv", *who, "--clear-groups", *words]


def _account() -> pwd.struct_passwd | None:
    """Return the account to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def programs() -> Path:
    """Return the folder of ``initdb``; Debian has the server's programs outside of the PATH.

    :raises ProgramError: when PostgreSQL is not installed.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise ProgramError("PostgreSQL is not installed")
    return found[0].parent if found else Path(str(on_path)).resolve().parent
