"""Writes the report: one HTML page, made of the figures of a run and of the template's sentences.

``python -m bench.report FILE [--against OTHER]`` makes the page again from a file of figures or of
raw results, or prints how far the ratios of two files differ.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from bench.charts import NAMES, SCENARIOS, Bar, bars, short, spans, spread, times
from bench.figures import Figures, Ratio, Setting

MEASURES = {
    "cpu_us": "CPU time of a request, µs",
    "rps": "Requests a second",
    "p50_ms": "Median latency, ms",
    "p99_ms": "99th percentile of latency, ms",
}
#: The settings that sentences and charts speak of.
PLACES = {
    "bare": Setting(),
    "real": Setting("postgresql", "keystone"),
    "served-bare": Setting("sqlite", "none", "rps", 16),
    "served": Setting("postgresql", "keystone", "rps", 16),
    "served-1": Setting("postgresql", "keystone", "rps", 1),
    "started": Setting("sqlite", "none", "p50_ms", 1),
}


def _ahead(fast: str, slow: str, scenario: str, place: str = "bare") -> Callable[[Figures], Any]:
    """Return a function that tells whether a variant is faster in all rounds."""

    def holds(figures: Figures) -> bool | None:
        found = figures.times(fast, slow, scenario, PLACES[place])
        return None if found is None else found.low > 1

    return holds


def _fewer_packages(figures: Figures) -> bool | None:
    sets = package_sets(figures, "extra")
    beyond = package_sets(figures, "beyond_core")
    if not sets or not beyond:
        return None
    alone = sets["falcon"]["mb"] < sets["pecan"]["mb"]
    return bool(alone and beyond["falcon"]["mb"] > beyond["pecan"]["mb"])


#: The statements that the template's verdict rests on; a function returns None without figures.
CLAIMS: Sequence[tuple[str, Callable[[Figures], bool | None]]] = (
    ("Falcon needs less CPU time to show a server.", _ahead("falcon", "pecan", "show")),
    ("Falcon needs less CPU time for 20 servers.", _ahead("falcon", "pecan", "detail20")),
    ("By the manual, Pecan/WSME needs more CPU time than ours.",
     _ahead("pecan", "pecan-manual", "show")),
    ("Both front ends are faster than Nova.", _ahead("pecan", "nova", "show", "real")),
    ("Alone Falcon is smaller, beside the core Pecan/WSME is.", _fewer_packages),
)  # fmt: skip


def contradicted(figures: Figures) -> list[str]:
    """Return the statements of the verdict that these figures contradict."""
    return [text for text, holds in CLAIMS if holds(figures) is False]


def by_scenario(
    figures: Figures, place: str, variants: Sequence[str] = tuple(NAMES)
) -> Iterator[tuple[str, list[Bar]]]:
    """Yield the name of each scenario of a setting, and the bars of its variants."""
    setting = PLACES[place]
    for scenario in figures.scenarios(setting):
        values = [(name, figures.value(name, scenario, setting)) for name in variants]
        yield SCENARIOS[scenario], bars(values)


def package_sets(figures: Figures, scope: str) -> dict[str, dict[str, Any]]:
    """Return the packages that each front end needs, by its name.

    :param scope: "framework", "extra" (what the front end requires) or "beyond_core".
    """
    found = (figures.part("dependencies") or {}).get("sets", ())
    return {one["front_end"]: one for one in found if one["scope"] == scope}


_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def where(setting: Setting) -> str:
    """Describe a setting."""
    auth = "with Keystone" if setting.auth == "keystone" else "without auth"
    count = setting.connections
    plural = "" if count == 1 else "s"
    how = "called in the process" if count is None else f"HTTP, {count} connection{plural}"
    return f"{_DATABASES[setting.database]}, {auth}, {how}"


@dataclass(frozen=True, slots=True)
class Table:
    """All figures of a setting."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def tables(figures: Figures) -> Iterator[Table]:
    """Yield a table for each setting of CPU time in the process and of requests a second.

    Latencies are shown as in production only: the file of figures has the others.
    """
    for setting in figures.settings():
        if setting.measure == "cpu_us" and setting.connections is not None:
            continue
        if setting.measure.endswith("_ms") and setting.auth != "keystone":
            continue
        scenarios = figures.scenarios(setting)
        measured = figures.document["speed"][setting.key].values()
        variants = [name for name in NAMES if any(name in values for values in measured)]
        rows = []
        for scenario in scenarios:
            values = [figures.value(name, scenario, setting) for name in variants]
            ratio = figures.times("falcon", "pecan", scenario, setting)
            cells = ["" if value is None else short(value) for value in values]
            rows.append([SCENARIOS[scenario], *cells, times(ratio) if ratio else ""])
        columns = ["", *(NAMES[name] for name in variants), "Falcon against ours"]
        yield Table(f"{MEASURES[setting.measure]}: {where(setting)}", columns, rows)


#: Parts of the figures, and what the page calls them.
_PARTS = {
    "speed": "speed",
    "breakdown": "where the time of a request goes",
    "scale": "growing numbers of servers",
    "memory": "memory",
    "startup": "start-up",
    "dependencies": "dependencies",
    "pythons": "the tests under each Python",
    "ease": "lines of code and defaults",
}


def missing(figures: Figures) -> list[str]:
    """Return the parts, databases and variants that this run did not measure."""
    found = [label for part, label in _PARTS.items() if not figures.part(part)]
    settings = figures.settings()
    measured = {name for by_scenario in figures.document["speed"].values()
                for values in by_scenario.values() for name in values}  # fmt: skip
    alone = {"migrating"}  # it is measured for its memory only
    found += [name for key, name in NAMES.items() if key not in measured | alone]
    if not any(setting.database == "postgresql" for setting in settings):
        found.append("PostgreSQL")
    if not any(setting.auth == "keystone" for setting in settings):
        found.append("Keystone")
    if not any(setting.connections for setting in settings):
        found.append("requests over HTTP")
    return found


def page(figures: Figures) -> str:
    """Return the page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip

    def ratio(fast: str, slow: str, scenario: str, place: str = "bare") -> Ratio | None:
        return figures.times(fast, slow, scenario, PLACES[place])

    def value(variant: str, scenario: str, place: str = "bare") -> float | None:
        return figures.value(variant, scenario, PLACES[place])

    environment.filters |= {"times": times, "spread": spread, "short": short}
    functions = {f.__name__: f for f in (bars, spans, by_scenario, package_sets, where, Ratio)}
    return environment.get_template("report.html.j2").render(
        figures=figures, meta=figures.meta, names=NAMES, scenarios=SCENARIOS, places=PLACES,
        ratio=ratio, value=value, tables=list(tables(figures)),
        missing=missing(figures), contradicted=contradicted(figures), **functions,
    )  # fmt: skip


def write(figures: Figures, folder: Path) -> tuple[Path, Path]:
    """Write the figures and the page into a folder, and return both paths.

    :raises OSError: when a file cannot be written.
    """
    paths = folder / "comparison.json", folder / "comparison.html"
    figures.write(paths[0])
    paths[1].write_text(page(figures))
    return paths


def differences(first: Figures, second: Figures) -> list[tuple[float, str, float, float]]:
    """Return each ratio that both runs have: the difference, its name, and both values."""
    other = dict(second.ratios())
    found = [(abs(other[name] / one - 1), name, one, other[name])
             for name, one in first.ratios() if name in other]  # fmt: skip
    return sorted(found, reverse=True)


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    parser.add_argument("file", type=Path, help="comparison.json, or raw results")
    parser.add_argument("--against", type=Path, help="compare the ratios with those of this file")
    parser.add_argument("--within", type=float, default=0.15, help="%(default)s")
    args = parser.parse_args(argv)
    figures = Figures.load(args.file)
    if args.against is None:
        print(f"Wrote {' and '.join(map(str, write(figures, args.file.parent)))}")
        return 0
    found = differences(figures, Figures.load(args.against))
    for difference, name, one, two in found:
        print(f"{difference:7.1%}  {one:9.2f} {two:9.2f}  {name}")
    beyond = sum(1 for difference, *_ in found if difference > args.within)
    print(f"{len(found)} ratios, {beyond} of them not within {args.within:.0%}")
    return 1 if beyond or not found else 0


if __name__ == "__main__":
    sys.exit(main())
