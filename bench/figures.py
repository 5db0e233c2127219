"""The figures of a run: medians and ratios, taken from the raw values of all turns.

The report is made of the figures alone. They are small enough to be kept in the repository; the
raw values are not.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations_with_replacement
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench import scenarios
from bench.plan import VARIANTS, holds

#: A variant and the slower one that it is compared with.
_PAIRS = (
    ("falcon", "pecan"),
    ("falcon", "pecan-manual"),
    ("falcon", "pecan-manual-patched"),
    ("pecan", "pecan-manual"),
    ("falcon-threads", "falcon"),
    ("pecan-threads", "pecan"),
    *(("floor", name) for name in VARIANTS if name not in ("floor", "nova")),
    *((name, "nova") for name in ("falcon", "pecan")),
)
#: Parts of the raw results that are figures already.
_AS_THEY_ARE = ("dependencies", "pythons", "ease", "notes")


class Setting(NamedTuple):
    """The conditions of a measurement.

    :ivar connections: over HTTP; None when the application is called in the process.
    """

    database: str = "sqlite"
    auth: str = "none"
    measure: str = "cpu_us"
    connections: int | None = None

    @property
    def key(self) -> str:
        """The name of the setting in the file of figures."""
        return " ".join(str("-" if part is None else part) for part in self)

    @classmethod
    def of(cls, key: str) -> "Setting":
        """Return the setting that has this key."""
        database, auth, measure, connections = key.split()
        number = None if connections == "-" else int(connections)
        return cls(database, auth, measure, number)


#: SQLite, without auth, and no HTTP.
IN_PROCESS = Setting()


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as fast one variant is as another.

    :ivar median: of all turns, see :func:`ratio`.
    :ivar low: the lowest of the rounds' own; ``high`` is the highest.
    """

    median: float
    low: float
    high: float


#: For each round the values of its turns; None where a variant took no part in a turn.
Rounds = Sequence[Sequence[float | None]]


def ratio(over: Rounds, under: Rounds) -> Ratio | None:
    """Divide turn by turn within each round; return None when no turn has both sides.

    Turns of the same number follow each other at once, so other load of the machine meets both.
    Where one side has fewer turns, because each takes long, the medians of the round are divided.
    A value that is not above 0 was not measured, and its turn does not count.
    """
    each = [_turns(a, b) for a, b in zip(over, under, strict=False)]
    rounds = [middle(turns) for turns in each if turns]
    if not rounds:
        return None
    found = middle([one for turns in each for one in turns])
    return Ratio(found, min(found, *rounds), max(found, *rounds))


def middle(ratios: Sequence[float]) -> float:
    """Return the median of the geometric means of any two ratios, and of each with itself.

    On the scale of logarithms this is the estimate of Hodges and Lehmann (1963). Like the plain
    median it ignores a few outliers, and it varies less from run to run.
    """
    logs = [math.log(one) for one in ratios]
    means = [(a + b) / 2 for a, b in combinations_with_replacement(logs, 2)]
    return math.exp(median(means))


def _turns(over: Sequence[float | None], under: Sequence[float | None]) -> list[float]:
    if len(over) != len(under):
        over, under = _median(over), _median(under)
    pairs = zip(over, under, strict=False)
    return [a / b for a, b in pairs if a is not None and b is not None and a > 0 and b > 0]


def _median(turns: Sequence[float | None]) -> list[float]:
    taken = [value for value in turns if value is not None]
    return [median(taken)] if taken else []


def of(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of raw results.

    :param raw: the document that :mod:`bench.results` writes.
    """
    speed: dict[str, dict[str, dict[str, Rounds]]] = {}
    for one in [*raw.get("samples", ()), *raw.get("boot", ())]:
        setting = Setting(one["database"], one["auth"], one["measure"], one.get("connections"))
        scenario = speed.setdefault(setting.key, {}).setdefault(one["scenario"], {})
        scenario[one["variant"]] = one["values"]
    found: dict[str, Any] = {"meta": raw["meta"], "speed": {}, "ratios": {}}
    for key, by_scenario in speed.items():
        for name, values in by_scenario.items():
            medians = {each: _short(_median([*chain(*rounds)])) for each, rounds in values.items()}
            found["speed"].setdefault(key, {})[name] = medians
            ratios = dict(_ratios(Setting.of(key), name, values))
            if ratios:
                found["ratios"].setdefault(key, {})[name] = ratios
    found["scale"] = _scale(raw.get("scale", ()))
    found["breakdown"] = _breakdown(raw.get("breakdown", ()))
    for name, field in (("memory", "rss_mb"), ("startup", "seconds")):
        found[name] = {one["variant"]: _short([median(one[field])]) for one in raw.get(name, ())}
    return found | {name: raw[name] for name in _AS_THEY_ARE if raw.get(name)}


def _short(values: Sequence[float]) -> float | None:
    """Return the only value, with four digits."""
    return float(f"{values[0]:.4g}") if values else None


def _ratios(
    setting: Setting, scenario: str, values: dict[str, Rounds]
) -> Iterator[tuple[str, list[float]]]:
    """Yield the ratios of a scenario that hold from run to run.

    A turn has too few requests for the 99th percentile; see :func:`bench.plan.holds` for
    the rest.
    """
    if setting.measure == "p99_ms" or not holds(scenario, setting.connections or 1):
        return
    for fast, slow in _PAIRS:
        if fast in values and slow in values:
            sides = (values[fast], values[slow])
            over, under = sides if setting.measure == "rps" else sides[::-1]
            found = ratio(over, under)
            if found is not None:
                yield f"{fast} {slow}", _numbers(found)


def _numbers(found: Ratio) -> list[float]:
    return [float(f"{value:.4g}") for value in (found.median, found.low, found.high)]


def _scale(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the times at each number of servers, and the growth from the fewest to the most."""
    cases: dict[tuple[str, str, str], dict[int, Rounds]] = {}
    for one in entries:
        case = (one["page"], one["database"], one["variant"])
        cases.setdefault(case, {})[one["rows"]] = one["values"]
    found = []
    for (page, database, variant), rows in cases.items():
        us = {str(n): _short(_median([*chain(*values)])) for n, values in sorted(rows.items())}
        growth = ratio(rows[max(rows)], rows[min(rows)]) if len(rows) > 1 else None
        found.append({"page": page, "database": database, "variant": variant, "us": us,
                      "growth": _numbers(growth) if growth else None})  # fmt: skip
    return found


def _breakdown(entries: Sequence[dict[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the parts of a request by scenario and variant, µs."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for one in entries:
        parts = found.setdefault(one["scenario"], {}).setdefault(one["variant"], {})
        parts[one["part"]] = one["us"]
    return found


class Figures:
    """The figures of a run, to be looked up.

    :param document: see :func:`of`.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.meta: dict[str, Any] = document["meta"]

    @classmethod
    def load(cls, path: Path) -> "Figures":
        """Read a file of figures, or of raw results."""
        document = json.loads(path.read_text())
        return cls(document if "speed" in document else of(document))

    def write(self, path: Path) -> None:
        """Write the file, one part a line."""
        parts = (f"{json.dumps(name)}: {json.dumps(part)}" for name, part in self.document.items())
        path.write_text("{\n" + ",\n".join(parts) + "\n}\n")

    def part(self, name: str) -> Any:
        """Return a part, or None when this run did not measure it."""
        return self.document.get(name) or None

    def settings(self) -> list[Setting]:
        """Return the settings of the run: SQLite first, in process first."""
        order = ("cpu_us", "rps", "p50_ms", "p99_ms")
        found = [Setting.of(key) for key in self.document["speed"]]
        return sorted(
            found,
            key=lambda s: (s[0] != "sqlite", s[1] != "none", s[3] or 0, order.index(s[2])),
        )

    def scenarios(self, setting: Setting) -> list[str]:
        """Return the scenarios measured under a setting."""
        found = self.document["speed"].get(setting.key, {})
        return [name for name in scenarios.ALL if name in found]

    def value(self, variant: str, scenario: str, setting: Setting = IN_PROCESS) -> float | None:
        """Return the median of a variant, or None when it was not measured."""
        found = self.document["speed"].get(setting.key, {}).get(scenario, {}).get(variant)
        return None if found is None else float(found)

    def times(
        self, fast: str, slow: str, scenario: str, setting: Setting = IN_PROCESS
    ) -> Ratio | None:
        """Return how many times as fast a variant is as another, or None."""
        found = self.document["ratios"].get(setting.key, {}).get(scenario, {}).get(f"{fast} {slow}")
        return Ratio(*found) if found else None

    def ratios(self) -> Iterator[tuple[str, float]]:
        """Yield the name and the median of every ratio."""
        for key, by_scenario in self.document["ratios"].items():
            for scenario, found in by_scenario.items():
                for pair, numbers in found.items():
                    yield f"{pair}: {scenario}, {key}", numbers[0]
        for one in self.document["scale"]:
            if one["growth"]:
                name = f"{one['variant']}: {one['page']} page of many, {one['database']}"
                yield name, one["growth"][0]
