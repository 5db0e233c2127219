"""Where it is all measured: databases, Keystone, Nova, and the processes of the variants."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from bench import processes, rows, scenarios, seed, site, variants
from bench.identity import Identity
from bench.nova.peer import Nova
from bench.plan import Plan
from bench.postgresql import Cluster
from bench.processes import Child, ProgramError
from bench.results import Results
from bench.scenarios import Where
from bench.site import Site

Say = Callable[[str], None]
T = TypeVar("T")


def cache_folder() -> Path:
    """Return the folder of what is kept from run to run: filled databases, Nova's virtualenv.

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
    """Starts what is needed when it is needed, and ends it with the block."""

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
    def cluster(self) -> Cluster:
        """PostgreSQL."""
        cluster = Cluster(self.cache / "postgresql")
        self._stack.callback(cluster.stop)
        cluster.start()
        return cluster

    @cached_property
    def identity(self) -> Identity:
        """Keystone."""
        self.say("Starting Keystone")
        identity = Identity(self.folder)
        self._stack.callback(identity.stop)
        identity.start()
        self.results.note(
            "auth=keystone: the shipped filters (Nova: keystonemiddleware as it comes) ask a real "
            "Keystone of this machine once, and know the token then until they must ask again."
        )
        return identity

    @cached_property
    def nova(self) -> Nova:
        """Nova, with as many servers as the plan has."""
        self.results.note(
            "Nova runs on PostgreSQL, with its shipped api-paste.ini and real tokens; in the place "
            "of its client of Neutron there is one that answers at once, without a network."
        )
        return Nova(self.cache / "nova", self.cluster, self.plan.servers)

    def sites(self) -> Iterator[list[Site]]:
        """Return the sites that are compared with each other, group by group."""
        for database, auth in self.plan.pairs:
            names = [v for v in self.plan.variants if self._measured(v, database, auth)]
            if names:
                yield [self.site(name, database, auth) for name in names]

    def _measured(self, variant: str, database: str, auth: str) -> bool:
        if variant == "floor":
            return auth == "none"
        if variant in variants.BY_THE_MANUAL:
            # The work of the frameworks depends on neither.
            return (database, auth) == ("sqlite", "none")
        if variant == "nova":
            if (database, auth) != ("postgresql", "keystone"):
                return False
            if not self.nova.is_installed() and self.plan.quick:
                self.results.note(
                    "Nova is not measured: it is not installed yet, and the quick mode "
                    "does not install it (a full run does)."
                )
                return False
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
        made = Site(plain.variant, plain.database, plain.auth, self.url(plain.database))
        if plain.variant == "floor":
            return made
        options = self.identity.options if plain.auth == "keystone" else None
        return site.write(made, self.folder, options)

    def url(self, database: str) -> str:
        """Return the URL of this run's own database of a kind, filled."""
        if database not in self._urls:
            self._urls[database] = self._database(database)
        return self._urls[database]

    def _database(self, database: str) -> str:
        if database == "sqlite":
            kept = seed.sqlite_file(self.cache, self.plan.servers, self.say)
            own = self.folder / "servers.sqlite"
            shutil.copy(kept, own)
            return f"sqlite:///{own}"
        kept_name = self.cluster.seeded(self.plan.servers, self.say)
        self.cluster.create("run", kept_name)
        return self.cluster.url("run")

    def versions(self) -> dict[str, str]:
        """Return the versions of what was started that is no package of ours."""
        found = {}
        if "cluster" in self.__dict__:
            found["PostgreSQL"] = self.cluster.version()
        if "nova" in self.__dict__ and self.nova.is_installed():
            found |= self.nova.versions()
        return found

    def where(self, measured: Site) -> Where:
        """Return what the requests to a site are made of."""
        if measured.auth == "none":
            tokens = (site.plain_token(rows.PROJECT), site.plain_token(site.BOOTING_PROJECT))
        else:
            tokens = self._tokens
        if measured.variant == "nova":
            return self.nova.where(*tokens)
        return Where(*tokens)

    @cached_property
    def _tokens(self) -> tuple[str, str]:
        return self.identity.token("reading"), self.identity.token("booting")

    def target(self, measured: Site) -> Child:
        """Start the process in which a site is called, and return when it has answered once."""
        child = self._child("bench.target", measured, self._first(measured), processes.cores()[0])
        child.answer()
        return child

    def targets(
        self, measured: Iterable[Site], more: Mapping[str, object] | None = None
    ) -> dict[str, Child]:
        """Start the processes of several sites at once.

        :param more: told to them as well.
        """
        told = more or {}
        started = {
            one.key: self._child("bench.target", one, {**self._first(one), **told})
            for one in measured
        }
        self._answers(started)
        return started

    def servers(self, measured: Iterable[Site]) -> dict[str, tuple[Child, int]]:
        """Start the processes that serve sites by HTTP; return them and their ports."""
        started = {one.key: self._child(_server_module(one), one, {}) for one in measured}
        answers = self._answers(started)
        return {key: (child, answers[key]["port"]) for key, child in started.items()}

    @staticmethod
    def _answers(started: Mapping[str, Child]) -> dict[str, Any]:
        """Return what each says when it is ready; they run on the measured core from then on."""
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
        return {"first": scenarios.READS["show"](self.where(measured))[0].told()}

    def _child(
        self, module: str, measured: Site, more: Mapping[str, object], on: set[int] | None = None
    ) -> Child:
        """Start a process; it may use every core unless some are named."""
        python = self.nova.python if measured.variant == "nova" else None
        log = self.folder / f"{measured.key}.log"
        on = on or set().union(*processes.cores())
        child = Child(module, {**measured.told(), **more}, log, python, on)
        self._stack.callback(child.stop)
        return child


def _server_module(measured: Site) -> str:
    return "bench.nova.serve" if measured.variant == "nova" else "bench.serve"


def alternating(ordered: Sequence[T], turn: int) -> Sequence[T]:
    """Return what takes turns in its order, and at every other turn in the opposite one.

    So nothing is always the later one, when the machine becomes slower or faster meanwhile.
    """
    return ordered[::-1] if turn % 2 else ordered


def what(measured: Site, scenario: str) -> dict[str, str]:
    """Return what a sample of a scenario is kept under."""
    return {
        "variant": measured.variant,
        "database": measured.database,
        "auth": measured.auth,
        "scenario": scenario,
    }
