"""The raw results of a comparison, and the ratios that come of them."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from pathlib import Path
from statistics import median
from typing import Any

FRONT_ENDS = ("falcon", "pecan", "pecan-stock", "pecan-patched")
VARIANTS = ("floor", *FRONT_ENDS, "migrating", "nova")
NAMES = {
    "floor": "Floor",
    "falcon": "Falcon",
    "pecan": "Pecan/WSME",
    "pecan-stock": "Pecan/WSME, stock dispatch",
    "pecan-patched": "Pecan/WSME, patched dispatch",
    "migrating": "Falcon and Pecan/WSME in one process",
    "nova": "Nova",
}
#: What each scenario asks for.
SCENARIOS = {
    "version": "version document",
    "show": "show a server",
    "list20": "list 20",
    "detail20": "20 in detail",
    "detail100": "100 in detail",
    "boot": "boot",
    "delete": "delete",
    "400": "400 bad limit",
    "401": "401 no token",
    "404": "404 no such server",
    "409": "409 wrong state",
}
MEASURES = {
    "cpu_us": "CPU time a request",
    "rps": "Requests a second",
    "p50_ms": "Median latency",
    "p99_ms": "99th percentile of latency",
}
#: Where a server's speed shows best: busy, but not overrun.
CONNECTIONS = (16, 1, 64)


@dataclass(frozen=True, slots=True)
class Setting:
    """Under what a measurement is made.

    :ivar connections: None in process.
    """

    database: str = "sqlite"
    auth: str = "none"
    measure: str = "cpu_us"
    connections: int | None = None

    def __str__(self) -> str:
        """Say it."""
        database = "SQLite" if self.database == "sqlite" else "PostgreSQL"
        auth = "with Keystone" if self.auth == "keystone" else "without auth"
        plural = "" if self.connections == 1 else "s"
        count = self.connections
        where = "in process" if count is None else f"{count} connection{plural}"
        return f"{MEASURES[self.measure]}, {database}, {auth}, {where}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times one is the other: of all turns, and the extremes of the rounds' own.

    See :func:`ratio`.
    """

    median: float
    low: float
    high: float
    rounds: int
    setting: Setting | None = None

    @property
    def is_even(self) -> bool:
        """Whether the two cannot be told apart: 1 is within the spread, or nearly the median."""
        return self.low <= 1 <= self.high or 0.95 <= self.median <= 1.05

    @property
    def inverse(self) -> "Ratio":
        """The same, the other way round."""
        return Ratio(1 / self.median, 1 / self.high, 1 / self.low, self.rounds, self.setting)


#: Of each round, the values of its turns; None where a variant took no part in a turn.
Rounds = Sequence[Sequence[float | None]]


def ratio(over: Rounds, under: Rounds, setting: Setting | None = None) -> Ratio | None:
    """Divide turn by turn within each round; None when there is no turn of both.

    Turns of the same number followed each other at once: what else the machine did then, it did
    to both. Where one side had fewer turns, as each took long, the medians of both are divided.
    What is not above 0 was not measured, and its turn is not counted.
    """
    each = [_turns(a, b) for a, b in zip(over, under, strict=False)]
    rounds = [middle(turns) for turns in each if turns]
    if not rounds:
        return None
    told = middle([one for turns in each for one in turns])
    return Ratio(told, min(told, *rounds), max(told, *rounds), len(rounds), setting)


def middle(ratios: Sequence[float]) -> float:
    """Return the median of the geometric means of any two ratios, and of each with itself.

    On the scale of logarithms this is Hodges and Lehmann's estimate (1963). A few that are far
    out do not move it, as they do not move the plain median, and it varies less from run to run.
    """
    logs = [math.log(one) for one in ratios]
    means = [(a + b) / 2 for a, b in combinations_with_replacement(logs, 2)]
    return math.exp(median(means))


def _turns(over: Sequence[float | None], under: Sequence[float | None]) -> list[float]:
    if len(over) != len(under):
        over, under = _medians(over), _medians(under)
    pairs = zip(over, under, strict=False)
    return [a / b for a, b in pairs if a is not None and b is not None and a > 0 and b > 0]


def _medians(turns: Sequence[float | None]) -> list[float]:
    taken = [value for value in turns if value is not None]
    return [median(taken)] if taken else []


class Results:
    """The results of a run.

    :param told: the decoded JSON.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.meta: dict[str, Any] = told.get("meta", {})
        self._samples = {
            (s["variant"], s["scenario"], self._setting(s)): s["values"]
            for s in [*told.get("samples", ()), *told.get("boot", ())]
        }  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read a file of results."""
        return cls(json.loads(path.read_text()))

    @staticmethod
    def _setting(sample: dict[str, Any]) -> Setting:
        return Setting(
            sample["database"], sample["auth"], sample["measure"], sample.get("connections")
        )

    def part(self, name: str) -> Any:
        """Return a part of the results, or None when it is missing or empty."""
        return self.told.get(name) or None

    def values(self, variant: str, scenario: str, setting: Setting) -> Rounds:
        """Return the values of the rounds, each of its turns; none when it was not measured."""
        return self._samples.get((variant, scenario, setting), [])

    def figure(self, variant: str, scenario: str, setting: Setting) -> float | None:
        """Return what a variant's own figure is, or None.

        Of CPU time that is the least of all turns, as other load of the machine only adds to it;
        of all else it is the median.
        """
        rounds = self.values(variant, scenario, setting)
        values = [value for turns in rounds for value in turns if value is not None]
        if not values:
            return None
        return min(values) if setting.measure == "cpu_us" else median(values)

    def settings(self) -> list[Setting]:
        """Return all settings that something was measured under, SQLite first."""
        found = {setting for _, _, setting in self._samples}
        order = [*MEASURES]
        return sorted(
            found,
            key=lambda s: (
                s.database != "sqlite", s.auth != "none", order.index(s.measure), s.connections or 0
            ),
        )  # fmt: skip

    def variants(self, setting: Setting) -> list[str]:
        """Return the variants measured under a setting."""
        found = {variant for variant, _, at in self._samples if at == setting}
        return [variant for variant in VARIANTS if variant in found]

    def scenarios(self, setting: Setting) -> list[str]:
        """Return the scenarios measured under a setting."""
        found = {scenario for _, scenario, at in self._samples if at == setting}
        return [scenario for scenario in SCENARIOS if scenario in found]

    def faster(
        self, variant: str, reference: str, scenario: str, settings: Sequence[Setting]
    ) -> Ratio | None:
        """Return how many times as fast a variant is, under the first setting that has both.

        Time counts the other way round than requests a second.
        """
        for setting in settings:
            own = self.values(variant, scenario, setting)
            other = self.values(reference, scenario, setting)
            if reference == "nova" and not other:
                # It has one database, whichever the others have.
                other = self.values(reference, scenario, replace(setting, database="postgresql"))
            over, under = (own, other) if setting.measure == "rps" else (other, own)
            found = ratio(over, under, setting)
            if found is not None:
                return found
        return None

    def overall(self, variant: str, reference: str, settings: Sequence[Setting]) -> Ratio | None:
        """Return the geometric mean over all scenarios that both have, and its extremes."""
        found = [self.faster(variant, reference, scenario, settings) for scenario in SCENARIOS]
        ratios = [one for one in found if one is not None]
        if not ratios:
            return None
        mean = math.exp(sum(math.log(one.median) for one in ratios) / len(ratios))
        medians = [one.median for one in ratios]
        return Ratio(mean, min(medians), max(medians), len(ratios), ratios[0].setting)

    def growth(self, variant: str, database: str, page: str) -> Ratio | None:
        """Return how many times as long a page takes at the most servers as at the fewest."""
        rows = {
            entry["rows"]: entry["values"]
            for entry in self.part("scale") or ()
            if (entry["variant"], entry["database"], entry["page"]) == (variant, database, page)
        }
        if len(rows) < 2:
            return None
        return ratio(rows[max(rows)], rows[min(rows)])


def in_process(database: str = "sqlite", auth: str = "none") -> list[Setting]:
    """Return the settings to take a ratio of CPU time under, the best first."""
    busy = [Setting(database, auth, "rps", connections) for connections in CONNECTIONS]
    return [Setting(database, auth, "cpu_us"), *busy]


def served(database: str = "postgresql", auth: str = "keystone") -> list[Setting]:
    """Return the settings to take a ratio of throughput under, the best first."""
    busy = [Setting(database, auth, "rps", connections) for connections in CONNECTIONS]
    return [*busy, Setting(database, auth, "cpu_us")]
