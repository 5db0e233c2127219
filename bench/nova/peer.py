"""Installs Nova, fills its databases and makes it a site to measure."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg

from bench import rows
from bench.nova import config, multiply
from bench.processes import cores
from bench.site import Site
from testing import nova, processes
from testing.postgresql import Postgresql
from testing.processes import ProgramError
from testing.programs import Child
from testing.virtualenvs import Virtualenv

PACKAGES = ("nova", "openstack-placement", "psycopg2-binary", "eventlet", *nova.PACKAGES)
#: Change it when what is put into the databases changes.
_EDITION = 6
_CONSTRAINTS = (Path(__file__).with_name("constraints.txt"), processes.ROOT / "constraints.txt")
#: Green threads, as Nova's API had them for most of its life: Nova looks at this, too.
GREEN = {"OS_NOVA_DISABLE_EVENTLET_PATCHING": "false"}

Say = Callable[[str], None]


class Nova:
    """A real Nova.

    :param folder: of its virtualenv, kept from run to run.
    :param postgresql: has its databases, kept as well.
    :param servers: how many there shall be, a multiple of 100.
    """

    def __init__(self, folder: Path, postgresql: Postgresql, servers: int) -> None:
        self._folder = folder
        self._postgresql = postgresql
        self._servers = servers
        self.python = folder / "venv" / "bin" / "python"

    def is_installed(self) -> bool:
        """Return whether an earlier run installed it."""
        return self._installed.exists() and self._installed.read_text() == self._wanted()

    def install(self, say: Say) -> None:
        """Install it from PyPI; this takes minutes.

        :raises RuntimeError: when that fails.
        """
        if self.is_installed():
            return
        say("Installing Nova, once: this takes some minutes")
        shutil.rmtree(self._folder / "venv", ignore_errors=True)
        virtualenv = Virtualenv(self._folder / "venv", sys.executable)
        files = (word for path in _CONSTRAINTS for word in ("-c", str(path)))
        virtualenv.install(*files, *PACKAGES)
        self._installed.write_text(self._wanted())

    def versions(self) -> dict[str, str]:
        """Return the versions of Nova and of its most important libraries."""
        code = (
            "import json, importlib.metadata as m; print(json.dumps({n: m.version(n) for n in"
            " ('nova', 'SQLAlchemy', 'psycopg2-binary', 'eventlet', 'keystonemiddleware')}))"
        )
        done = subprocess.run([self.python, "-c", code], capture_output=True, check=True)
        found: dict[str, str] = json.loads(done.stdout)
        version = found.pop("nova")
        return {"nova": version, **{f"{name} (of Nova)": v for name, v in found.items()}}

    def prepare(self, plain: Site, folder: Path, auth_options: Mapping[str, str], say: Say) -> Site:
        """Return the site, with Nova installed and its databases filled.

        :param folder: for the configuration.
        """
        self.install(say)
        conf = config.write(folder / "nova", self._urls(), self._paste(), auth_options)
        if not self._is_filled():
            self._fill(conf, folder, say)
        return Site(**{**plain.as_dict(), "folder": str(conf.parent)})

    @property
    def _installed(self) -> Path:
        return self._folder / "installed"

    @staticmethod
    def _wanted() -> str:
        return "\n".join([*PACKAGES, *(path.read_text() for path in _CONSTRAINTS)])

    def _paste(self) -> Path:
        return self._folder / "venv" / "etc" / "nova" / "api-paste.ini"

    def _databases(self) -> dict[str, str]:
        return {
            kind: f"nova_{kind}_{self._servers}_{_EDITION}" for kind in ("api", "cell0", "cell1")
        }

    def _urls(self) -> dict[str, str]:
        return {k: self._postgresql.url(n, "psycopg2") for k, n in self._databases().items()}

    def _is_filled(self) -> bool:
        try:
            with self._postgresql.connect(self._databases()["cell1"]) as connection:
                row = connection.execute("SELECT to_regclass('bench_filled')").fetchone()
        except psycopg.OperationalError:  # there is no such database
            return False
        return row is not None and row[0] is not None

    def _fill(self, conf: Path, folder: Path, say: Say) -> None:
        say(f"Filling Nova's databases with {self._servers:,} servers, once")
        names, urls = self._databases(), self._urls()
        for name in names.values():
            self._postgresql.create(name=name)
        cell = ["cell_v2", "create_cell", "--name", "cell1", "--transport-url", "fake://"]
        for words in (
            ["api_db", "sync"],
            ["cell_v2", "map_cell0", "--database_connection", urls["cell0"]],
            [*cell, "--database_connection", urls["cell1"]],
            ["db", "sync"],
        ):
            self._manage(conf, folder, words)
        log, helping = folder / "nova.log", cores()[1]
        child = Child(
            "bench.nova.populate", _originals(conf), log, self.python, helping, **nova.THREADS
        )
        try:
            child.answer(600)
        finally:
            child.stop()
        copies = self._servers // multiply.ORIGINALS - 1
        with self._postgresql.connect(names["api"]) as connection:
            multiply.api(connection, copies)
        with self._postgresql.connect(names["cell1"]) as connection:
            multiply.cell(connection, copies)
            connection.execute("CREATE TABLE bench_filled ()")

    def _manage(self, conf: Path, folder: Path, words: list[str]) -> None:
        program = self._folder / "venv" / "bin" / "nova-manage"
        with (folder / "nova.log").open("ab") as log:
            done = subprocess.run(
                [str(program), "--config-file", str(conf), *words],
                check=False,
                stdout=log,
                stderr=log,
                env=processes.environment(nova.THREADS),
            )
        if done.returncode:
            said = processes.tail(folder / "nova.log")
            raise ProgramError(f"nova-manage {' '.join(words[:2])} failed.\n{said}")


def _originals(conf: Path) -> dict[str, Any]:
    """Return the argument of :mod:`bench.nova.populate`."""
    servers = []
    for index in range(multiply.ORIGINALS):
        row, address = rows.server(index), rows.address(index)
        servers.append({
            "id": row["id"], "name": row["name"], "metadata": row["metadata"],
            "address": address["addr"], "mac": address["mac"],
        })  # fmt: skip
    return {
        "config_file": str(conf),
        "project": rows.PROJECT,
        "user": rows.USER,
        "image": rows.IMAGE,
        "flavors": rows.FLAVORS,
        "servers": servers,
    }
