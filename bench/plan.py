"""The extent of a run: quick, full, or restricted to some parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench import scenarios

PARTS = ("startup", "inprocess", "http", "scale", "breakdown", "lifecycle",
         "dependencies", "pythons", "ease")  # fmt: skip
VARIANTS = ("floor", "falcon", "pecan", "pecan-manual", "pecan-manual-patched",
            "falcon-threads", "pecan-threads", "nova")  # fmt: skip
DATABASES = ("sqlite", "postgresql")
AUTHS = ("none", "keystone")
#: The kinds of database and auth that go together in a quick run; a full one has all pairs.
MAIN_PAIRS = (("sqlite", "none"), ("postgresql", "keystone"))
ALL_PAIRS = tuple((database, auth) for database in DATABASES for auth in AUTHS)
CONNECTIONS = (1, 16, 64)


@dataclass(frozen=True, slots=True)
class Plan:
    """The extent of a run.

    :ivar servers: in the databases of everything but the scale; Nova has as many.
    :ivar large: servers of the larger database of the scale.
    :ivar boots: servers that there are, where accepted boots are compared.
    :ivar startups: of each variant.
    :ivar passes: turns of an in-process round.
    :ivar cpu_seconds: of CPU time that a pass takes.
    :ivar http_seconds: that a sample over HTTP takes.
    :ivar turns: of a front end over HTTP in a round, where ratios hold; elsewhere it is one.
    :ivar longest: seconds that a sample over HTTP may take; some of Nova's would take minutes.
    :ivar writes: that a pass makes.
    :ivar broken_down: requests of a turn of the breakdown.
    :ivar pairs: of kinds of database and auth.
    """

    mode: str
    rounds: int
    startups: int = 3
    servers: int = 10_000
    small: int = 1_000
    large: int = 1_000_000
    boots: tuple[int, ...] = (10, 1_000, 10_000)
    passes: int = 8
    cpu_seconds: float = 0.02
    turns: int = 9
    http_seconds: float = 0.05
    longest: float = 2.5
    writes: int = 6
    broken_down: int = 50
    parts: Sequence[str] = PARTS
    variants: Sequence[str] = VARIANTS
    pairs: Sequence[tuple[str, str]] = ALL_PAIRS
    scale_databases: Sequence[str] = DATABASES
    scenarios: Sequence[str] = scenarios.ALL

    @property
    def quick(self) -> bool:
        """Whether it is the quick mode."""
        return self.mode == "quick"


def holds(scenario: str, connections: int) -> bool:
    """Return whether the ratios of a scenario over HTTP hold from run to run.

    Where very many connections wait, or some write, the generator, the database and the server
    compete for the machine, each time otherwise, and ratios do not hold from run to run.
    """
    return connections <= (1 if scenario in scenarios.WRITES else 16)


def takes_part(variant: str, turn: int, connections: int) -> bool:
    """Return whether a variant takes part in a turn over HTTP.

    The front ends do in each: their ratios, near 1, need many turns. With several connections,
    where a turn takes long, the others do in two of four, one of which has the order turned round
    (see :func:`bench.lab.alternating`).
    """
    return variant not in ("floor", "nova") or connections == 1 or turn % 4 in (0, 3)


QUICK = Plan(
    "quick",
    3,
    parts=tuple(name for name in PARTS if name != "pythons"),
    startups=1,
    large=100_000,
    passes=3,
    cpu_seconds=0.01,
    turns=1,
    http_seconds=0.08,
    longest=2.0,
    broken_down=20,
    pairs=MAIN_PAIRS,
    scale_databases=("sqlite",),
)
FULL = Plan("full", 5)


def restricted(plan: Plan, only: Sequence[str]) -> Plan:
    """Return a plan that is restricted to the names, in each dimension that has some.

    :param only: names of parts, variants, databases, kinds of auth and scenarios.
    :raises ValueError: naming those that are unknown.
    """
    named = {"parts": PARTS, "variants": VARIANTS, "scenarios": scenarios.ALL}
    places = {"databases": DATABASES, "auths": AUTHS}
    known = {name for names in (named | places).values() for name in names}
    if unknown := set(only) - known:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}")
    chosen: dict[str, Any] = {
        dimension: kept
        for dimension, names in named.items()
        if (kept := tuple(name for name in names if name in only))
    }
    if set(only) & set(DATABASES + AUTHS):
        databases = set(only) & set(DATABASES) or set(DATABASES)
        auths = set(only) & set(AUTHS) or set(AUTHS)
        chosen["pairs"] = tuple(p for p in ALL_PAIRS if p[0] in databases and p[1] in auths)
        chosen["scale_databases"] = tuple(name for name in DATABASES if name in databases)
    return replace(plan, **chosen)
