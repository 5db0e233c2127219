"""The tables of the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.plan import is_told
from bench.report_criteria import BOTH, framework_sets, own_warnings, passes, spread, times
from bench.report_data import (
    MEASURES,
    NAMES,
    SCENARIOS,
    VARIANTS,
    Ratio,
    Results,
    Setting,
    in_process,
    served,
)
from bench.report_drawing import short

_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first column holds what the rows are about."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What was asked for before anything was measured.

    :ivar limit: of the ratio; at least that much where ``at_least``, else at most.
    """

    variant: str
    reference: str
    scenario: str
    limit: float
    at_least: bool = False
    settings: Sequence[Setting] = (Setting(),)


def _targets() -> list[Target]:
    # Nova has PostgreSQL alone: with SQLite the others' CPU time is set against its own there.
    cpu = [in_process(database, "keystone")[:1] for database in _DATABASES]
    ways = [*cpu, served("postgresql", "keystone")[:-1]]
    nova = [
        Target(variant, "nova", scenario, limit, True, settings)
        for settings in ways
        for variant, limits in (("falcon", (30, 80)), ("pecan", (15, 40)))
        for scenario, limit in zip(("show", "detail20"), limits, strict=True)
    ]
    floor = [Target("falcon", "floor", "show", 4), Target("falcon", "floor", "detail20", 2)]
    other = [
        Target(variant, "falcon", scenario, 2.5)
        for variant in ("pecan", "pecan-stock", "pecan-patched")
        for scenario in ("show", "detail20")
    ]
    return [*nova, *floor, *other]


_GROWTH_LIMIT = 1.2


def targets(results: Results) -> Table | None:
    """Return what was asked for, and what came out."""
    rows = [_aimed(target, found) for target, found in _found(results)]
    rows += [_grown(case, found) for case, found in _growth(results).items()]
    if not rows:
        return None
    return Table(
        "What was asked for beforehand, and what came out",
        ["", "asked", "median", "spread", "", "measured as"],
        rows,
        "The spread is that of the rounds: the lowest and the highest.",
    )


def _found(results: Results) -> list[tuple[Target, Ratio]]:
    """Return the ratios that something was asked of, as far as they were measured."""
    found = []
    for target in _targets():
        wanted = (target.variant, target.reference, target.scenario, target.settings)
        ratio = results.faster(*wanted)
        if ratio is not None:
            found.append((target, ratio if target.at_least else ratio.inverse))
    return found


def ratios(results: Results) -> dict[str, Ratio]:
    """Return every ratio of the targets and of the tables of speed, by what it is of."""
    told = {" ".join(_aimed(target, found)[::5]): found for target, found in _found(results)}
    told |= {" ".join(_grown(case, found)[::5]): found for case, found in _growth(results).items()}
    for setting in results.settings():
        for scenario in results.scenarios(setting):
            found = _compared(results, scenario, setting)
            if found is not None:
                told[f"Falcon against Pecan/WSME: {SCENARIOS[scenario]} {setting}"] = found
    return told


def _compared(results: Results, scenario: str, setting: Setting) -> Ratio | None:
    """Return how many times as fast Falcon is, where that holds from run to run.

    A turn has too few requests for the 99th percentile. For the rest see :func:`plan.is_told`.
    """
    if setting.measure == "p99_ms" or not is_told(scenario, setting.connections or 1):
        return None
    return results.faster("falcon", "pecan", scenario, [setting])


def _aimed(target: Target, found: Ratio) -> list[str]:
    sort = "times as fast as" if target.at_least else "times the cost of"
    other = "the floor" if target.reference == "floor" else NAMES[target.reference]
    what = f"{NAMES[target.variant]}, {sort} {other}: {SCENARIOS[target.scenario]}"
    how = str(found.setting)
    if target.reference == "nova" and found.setting and found.setting.database != "postgresql":
        how += "; Nova on PostgreSQL"
    return _judged(what, found, target.limit, target.at_least, how)


def _judged(what: str, found: Ratio, limit: float, at_least: bool, how: str) -> list[str]:
    sign = "≥" if at_least else "≤"
    met = found.median >= limit if at_least else found.median <= limit
    outcome = "met" if met else "missed"
    return [what, f"{sign} {limit:g}", times(found), spread(found), outcome, how]


@dataclass(frozen=True, slots=True)
class _Case:
    """A page of a variant, among few servers and among many."""

    variant: str
    database: str
    page: str
    few: int
    many: int


def _growth(results: Results) -> dict[_Case, Ratio]:
    scale = results.part("scale") or ()
    cases = dict.fromkeys((e["variant"], e["database"], e["page"]) for e in scale)
    found = {}
    for case in cases:
        rows = {e["rows"] for e in scale if (e["variant"], e["database"], e["page"]) == case}
        ratio = results.growth(*case)
        if ratio is not None:
            found[_Case(*case, min(rows), max(rows))] = ratio
    return found


def _grown(case: _Case, found: Ratio) -> list[str]:
    what = f"{NAMES[case.variant]}: {case.page} page among {case.many:,} servers"
    row = _judged(f"{what}, against {case.few:,}", found, _GROWTH_LIMIT, False,
                  _DATABASES[case.database])  # fmt: skip
    # Nothing is asked of the floor: it tells what the database itself does.
    return [row[0], "", *row[2:4], "", row[5]] if case.variant == "floor" else row


def speed(results: Results) -> list[Table]:
    """Return a table for each setting: the medians, and Pecan/WSME as multiples of Falcon."""
    return [_speed(results, setting) for setting in results.settings()]


def _speed(results: Results, setting: Setting) -> Table:
    variants = results.variants(setting)
    rows = []
    for scenario in results.scenarios(setting):
        values = [results.figure(variant, scenario, setting) for variant in variants]
        compared = _compared(results, scenario, setting)
        cells = ["" if value is None else short(value) for value in values]
        told = f"{times(compared)} ({spread(compared)})" if compared else ""
        rows.append([SCENARIOS[scenario], *cells, told])
    columns = ["", *(NAMES[variant] for variant in variants), "Falcon against Pecan/WSME"]
    if not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Table(str(setting), columns, rows, _unit(setting))


def _unit(setting: Setting) -> str:
    unit = {"cpu_us": "µs", "p50_ms": "ms", "p99_ms": "ms"}.get(setting.measure)
    name = MEASURES[setting.measure]
    return f"{name}, {unit}." if unit else f"{name}."


def footprint(results: Results) -> Table | None:
    """Return memory and start-up."""
    memory = {one["variant"]: median(one["rss_mb"]) for one in results.part("memory") or ()}
    startup = {one["variant"]: median(one["seconds"]) for one in results.part("startup") or ()}
    variants = [v for v in VARIANTS if v in memory or v in startup]
    if not variants:
        return None
    rows = [
        [NAMES[v], *(short(told[v]) if v in told else "" for told in (memory, startup))]
        for v in variants
    ]
    return Table("Memory and start-up", ["", "memory, MB", "start-up, s"], rows)


def breakdown(results: Results) -> list[Table]:
    """Return where the time of a request goes, a table a scenario."""
    told = results.part("breakdown") or ()
    tables = []
    for scenario in dict.fromkeys(entry["scenario"] for entry in told):
        own = [entry for entry in told if entry["scenario"] == scenario]
        variants = [v for v in VARIANTS if any(entry["variant"] == v for entry in own)]
        spent = {(entry["part"], entry["variant"]): entry["us"] for entry in own}
        parts = list(dict.fromkeys(entry["part"] for entry in own))
        rows = [
            [part, *(short(spent[part, v]) if spent.get((part, v)) else "" for v in variants)]
            for part in parts
        ]
        sums = [short(sum(spent.get((part, v), 0) for part in parts)) for v in variants]
        columns = ["µs", *(NAMES[v] for v in variants)]
        title = f"Where the time of “{SCENARIOS[scenario]}” goes"
        tables.append(Table(title, columns, [*rows, ["all", *sums]]))
    return tables


def dependencies(results: Results) -> list[Table]:
    """Return the packages of each framework."""
    told = results.part("dependencies")
    if told is None:
        return []
    return [
        Table(
            f"What {NAMES[name]} pulls in",
            ["", "version", "last release", "MB", "compiled", "licence"],
            [
                [
                    package["name"], package["version"], package["released"],
                    f"{package['mb']:.2f}", "yes" if package["compiled"] else "no",
                    package["licence"],
                ]
                for package in sorted(one["packages"], key=lambda package: -package["mb"])
            ],
        )
        for scope in ("extra", "framework")
        for name, one in framework_sets(results, scope).items()
        if scope == "extra" or name not in framework_sets(results, "extra")
    ]  # fmt: skip


def pythons(results: Results) -> Table | None:
    """Return the runs under each Python."""
    told = results.part("pythons")
    if told is None:
        return None
    absent = told.get("absent")
    note = f"Not found on this machine: {', '.join(absent)}. " if absent else ""
    return Table(
        "The contract's tests under each Python",
        ["Python", "front end", "", "tests", "deprecations of the framework", "of others",
         "import, deprecations as errors"],
        [_python_row(run) for run in told["runs"]],
        note + told["method"],
    )  # fmt: skip


def _python_row(run: dict[str, Any]) -> list[str]:
    name = NAMES[run["front_end"]]
    if run.get("problem"):
        return [run["python"], name, "cannot run", run["problem"], "", "", ""]
    own = own_warnings(run)
    failed = run["failed"] + run["errors"]
    tests = f"{run['passed']:,} passed" + (f", {failed:,} failed" if failed else "")
    texts = "; ".join(f"{one['package']}: {one['message']} ({one['count']})" for one in own)
    strict = run.get("strict_import") or "fine"
    others = len(run["warnings"]) - len(own)
    outcome = "passes" if passes(run) else "fails"
    return [run["python"], name, outcome, tests, texts or "none", str(others), strict]


def ease(results: Results) -> list[Table]:
    """Return what there is to write: files, operations, validation."""
    told = results.part("ease")
    if told is None:
        return []
    operations = [
        [
            f"{one['title']} ({one['kind']})",
            *(f"{one[name]['lines']} in {one[name]['files']} files" for name in BOTH),
        ]
        for one in told["operations"]
    ]
    checks = told["validation"]
    validation = [
        ["declared", *(f"{checks[name]['declared']:,}" for name in BOTH)],
        ["written out", *(f"{checks[name]['written_out']:,}" for name in BOTH)],
    ]
    names = [NAMES[name] for name in BOTH]
    return [
        Table("Lines to add an operation to a front end", ["", *names], operations),
        Table("Lines of code that check requests", ["", *names], validation, told["method"]),
        *(_files(name, told["lines"][name]) for name in BOTH),
    ]


def _files(name: str, files: Sequence[dict[str, Any]]) -> Table:
    kinds = ("code", "docstring", "comment", "blank")
    rows = [[one["file"], one["role"], *(f"{one[kind]:,}" for kind in kinds)] for one in files]
    sums = ["all", "", *(f"{sum(one[kind] for one in files):,}" for kind in kinds)]
    columns = ["", "role", "code", "docstrings", "comments", "blank"]
    return Table(f"Every file of {NAMES[name]}", columns, [*rows, sums])
