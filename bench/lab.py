"""The place of the measurements: databases, Keystone, Nova, and the processes of the variants."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from bench import processes, rows, scenarios, seed, site, variants
from bench.nova.peer import GREEN, Nova
from bench.plan import Plan
from bench.results import Results
from bench.scenarios import Where
from bench.site import Site
from testing.keystone import Keystone
from testing.postgresql import Postgresql
from testing.processes import ProgramError
from testing.programs import Child

Say = Callable[[str], None]
T = TypeVar("T")
#: PostgreSQL as a site would have it, for as many servers as are measured.
_POSTGRESQL = {"max_connections": "200", "shared_buffers": "512MB", "max_wal_size": "4GB",
               "jit": "off"}  # fmt: skip


def cache_folder() -> Path:
    """Return the folder of filled databases and Nova's virtualenv, kept from run to run.

    ``COMPUTEAPI_BENCH_CACHE`` names another. PostgreSQL, which does not run as root, must be
    able to read it.
    """
    named = os.environ.get("COMPUTEAPI_BENCH_CACHE")
    if named:
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/cache/computeapi/bench")
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "computeapi" / "bench"


class Lab:
    """Starts each service when it is first needed, and ends all of them with the block."""

    def __init__(self, plan: Plan, results: Results, say: Say) -> None:
        self.plan = plan
        self.results = results
        self.say = say
        self.cache = cache_folder()
        self._stack = ExitStack()
        self._sites: dict[str, Site] = {}
        self._urls: dict[str, str] = {}

    def __enter__(self) -> "Lab":
        self.cache.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="bench"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        site.write_image(self.folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cached_property
    def postgresql(self) -> Postgresql:
        """PostgreSQL, with databases that are kept."""
        server = Postgresql(self.cache / "pg", _POSTGRESQL)
        self._stack.callback(server.stop)
        os.sched_setaffinity(server.start(), processes.cores()[1])
        return server

    @cached_property
    def identity(self) -> Keystone:
        """Keystone, with the projects of the rows."""
        self.say("Starting Keystone")
        projects = {"reading": rows.PROJECT, "booting": site.BOOTING_PROJECT}
        identity = Keystone(self.folder, projects, processes.cores()[1])
        self._stack.callback(identity.stop)
        identity.start()
        return identity

    @cached_property
    def nova(self) -> Nova:
        """Nova, with as many servers as the plan has."""
        return Nova(self.cache / "nova", self.postgresql, self.plan.servers)

    def sites(self, over_http: bool = False) -> Iterator[list[Site]]:
        """Yield the sites that are compared with each other, group by group.

        Over HTTP the variants by the manual would show the same difference as in the process,
        only smaller; and only there threads differ from eventlet.
        """
        absent = variants.BY_THE_MANUAL if over_http else variants.THREADS
        wanted = [name for name in self.plan.variants if name not in absent]
        for database, auth in self.plan.pairs:
            names = [name for name in wanted if self._measured(name, database, auth)]
            if names:
                yield [self.site(name, database, auth) for name in names]

    def _measured(self, variant: str, database: str, auth: str) -> bool:
        if variant == "floor":
            return auth == "none"
        if variant in variants.BY_THE_MANUAL:
            # The work of the frameworks depends on neither.
            return (database, auth) == ("sqlite", "none")
        if variant in variants.THREADS:
            return (database, auth) == ("postgresql", "keystone")
        if variant == "nova":
            installed = self.plan.mode == "full" or self.nova.is_installed()
            return installed and (database, auth) == ("postgresql", "keystone")
        return True

    def site(self, variant: str, database: str, auth: str) -> Site:
        """Return a site, made at the first call."""
        key = f"{variant}-{database}-{auth}"
        if key not in self._sites:
            self._sites[key] = self._make(Site(variant, database, auth))
        return self._sites[key]

    def _make(self, plain: Site) -> Site:
        if plain.variant == "nova":
            return self.nova.prepare(plain, self.folder, self.identity.options, self.say)
        made = Site(plain.variant, plain.database, plain.auth, self._url(plain.database))
        if plain.variant == "floor":
            return made
        options = self.identity.options if plain.auth == "keystone" else None
        return site.write(made, self.folder, options)

    def _url(self, database: str) -> str:
        """Return the URL of this run's own database of a kind, filled."""
        if database not in self._urls:
            self._urls[database] = self.copy(database, self.plan.servers, "run")
        return self._urls[database]

    def kept(self, database: str, count: int) -> str:
        """Return the URL of a database with so many servers, kept from run to run: only read it."""
        if database == "sqlite":
            return f"sqlite:///{seed.sqlite_file(self.cache, count, self.say)}"
        return self.postgresql.url(seed.postgresql_name(self.postgresql, count, self.say))

    def copy(self, database: str, count: int, purpose: str = "boots") -> str:
        """Return the URL of a new database with so many servers, which may be written to."""
        if database == "sqlite":
            own = self.folder / f"{purpose}-{count}.sqlite"
            shutil.copy(seed.sqlite_file(self.cache, count, self.say), own)
            return f"sqlite:///{own}"
        name = seed.postgresql_name(self.postgresql, count, self.say)
        return self.postgresql.url(self.postgresql.create(name, f"{purpose}_{count}"))

    def versions(self) -> dict[str, str]:
        """Return the versions of started programs that are no packages of ours."""
        found = {}
        if "postgresql" in self.__dict__:
            with self.postgresql.connect("postgres") as connection:
                row = connection.execute("SHOW server_version").fetchone()
            found["PostgreSQL"] = str(row and row[0])
        if "nova" in self.__dict__ and self.nova.is_installed():
            found |= self.nova.versions()
        return found

    def where(self, measured: Site) -> Where:
        """Return the tokens and ids for the requests to a site."""
        if measured.auth == "keystone":
            return Where(*self._tokens)
        projects = (rows.PROJECT, site.BOOTING_PROJECT)
        return Where(*(site.plain_token(project) for project in projects))

    @cached_property
    def _tokens(self) -> tuple[str, str]:
        return self.identity.token("reading"), self.identity.token("booting")

    def target(self, measured: Site) -> Child:
        """Start the process in which a site is called, and return when it has answered once."""
        child = self._child("bench.target", measured, self._first(measured), processes.cores()[0])
        child.answer()
        return child

    @contextmanager
    def targets(
        self, measured: Iterable[Site], more: Mapping[str, object] | None = None
    ) -> Iterator[dict[str, Child]]:
        """Start the processes of several sites at once, and end them with the block.

        :param more: further arguments of the processes.
        """
        started = {
            one.key: self._child("bench.target", one, {**self._first(one), **(more or {})})
            for one in measured
        }
        self._answers(started)
        try:
            yield started
        finally:
            for child in started.values():
                child.stop()

    def servers(self, measured: Iterable[Site]) -> dict[str, tuple[Child, int]]:
        """Start the processes that serve sites by HTTP; return them and their ports."""
        started = {one.key: self._child("bench.serve", one, {}) for one in measured}
        answers = self._answers(started)
        return {key: (child, answers[key]["port"]) for key, child in started.items()}

    @staticmethod
    def _answers(started: Mapping[str, Child]) -> dict[str, Any]:
        """Return the first answer of each program, and move all of them to the measured core."""
        try:
            answers = {key: child.answer() for key, child in started.items()}
        except ProgramError:
            for child in started.values():
                child.stop()
            raise
        for child in started.values():
            child.hold(processes.cores()[0])
        return answers

    def _first(self, measured: Site) -> dict[str, object]:
        return {"first": scenarios.READS["show"](self.where(measured))[0].as_dict()}

    def _child(
        self, module: str, measured: Site, more: Mapping[str, object], on: set[int] | None = None
    ) -> Child:
        """Start a process; it may use every core unless some are named."""
        is_nova = measured.variant == "nova"
        python = self.nova.python if is_nova else None
        environ = GREEN if is_nova and module == "bench.serve" else {}
        log = self.folder / f"{measured.key}.log"
        on = on or set().union(*processes.cores())
        child = Child(module, {**measured.as_dict(), **more}, log, python, on, **environ)
        self._stack.callback(child.stop)
        return child


def alternating(ordered: Sequence[T], turn: int) -> Sequence[T]:
    """Return the sequence, and at every other turn its reverse.

    So no variant is always the later one when the machine becomes slower or faster.
    """
    return ordered[::-1] if turn % 2 else ordered


def what(measured: Site, scenario: str) -> dict[str, str]:
    """Return the key of the samples of a scenario."""
    return {
        "variant": measured.variant,
        "database": measured.database,
        "auth": measured.auth,
        "scenario": scenario,
    }
