"""The charts of speed: CPU time, ratios, throughput, latency."""

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from bench.report_data import (
    CONNECTIONS,
    FRONT_ENDS,
    SCENARIOS,
    VARIANTS,
    Ratio,
    Results,
    Setting,
    in_process,
    served,
)
from bench.report_drawing import COLOURS, Drawing, canvas, grouped, legend, plain, short


def _by_scenario(results: Results, settings: Sequence[Setting]) -> Setting | None:
    """Return the first setting that has more than one variant."""
    return next((s for s in settings if len(results.variants(s)) > 1), None)


def _bars(results: Results, setting: Setting, unit: str) -> Figure:
    scenarios, variants = results.scenarios(setting), results.variants(setting)
    figure, [[axes]] = canvas(0.9 + len(scenarios) * (0.22 + 0.13 * len(variants)))
    series = {v: [results.figure(v, s, setting) for s in scenarios] for v in variants}
    grouped(axes, [SCENARIOS[s] for s in scenarios], series, unit)
    legend(figure, variants)
    return figure


def cpu(results: Results) -> Drawing | None:
    settings = [Setting(database, auth) for database in ("sqlite", "postgresql")
                for auth in ("none", "keystone")]  # fmt: skip
    setting = _by_scenario(results, settings)
    if setting is None:
        return None
    says = f"Shorter is better; the scale is logarithmic. {setting}."
    return "CPU time a request", says, _bars(results, setting, "µs of CPU")


def throughput(results: Results) -> Drawing | None:
    settings = [s for database in ("postgresql", "sqlite") for auth in ("keystone", "none")
                for s in served(database, auth) if s.measure == "rps"]  # fmt: skip
    setting = _by_scenario(results, sorted(settings, key=lambda s: s.connections != CONNECTIONS[0]))
    if setting is None:
        return None
    says = f"Longer is better; the scale is logarithmic. One process; {setting}."
    return "Throughput", says, _bars(results, setting, "requests a second")


def ratios(results: Results) -> Drawing | None:
    """Draw ratios against the floor and against Nova, with their spread."""
    floors = {v: _all(results, "floor", v, [Setting()]) for v in FRONT_ENDS}
    novas = {v: _all(results, v, "nova", in_process("postgresql", "keystone")) for v in FRONT_ENDS}
    sides = [
        (told, label)
        for told, label in (
            (floors, "CPU, times that of the floor (shorter is better)"),
            (novas, "times as fast as Nova (longer is better)"),
        )
        if any(told.values())
    ]
    if not sides:
        return None
    most = max(len({s for one in told.values() for s in one}) for told, _ in sides)
    figure, [row] = canvas(1.2 + 0.62 * most, columns=len(sides))
    for axes, (told, label) in zip(row, sides, strict=True):
        _spread(axes, told, label)
    legend(figure, [v for v in VARIANTS if any(told.get(v) for told, _ in sides)])
    says = "The median of all turns; the whiskers reach from the lowest round to the highest."
    against = [
        name for name, told in (("the floor", floors), ("Nova", novas)) if any(told.values())
    ]
    return f"Against {' and '.join(against)}", says, figure


def _all(
    results: Results, variant: str, reference: str, settings: Sequence[Setting]
) -> dict[str, Ratio]:
    found = {s: results.faster(variant, reference, s, settings) for s in SCENARIOS}
    return {scenario: one for scenario, one in found.items() if one is not None}


def _spread(axes: Any, told: dict[str, dict[str, Ratio]], label: str) -> None:
    scenarios = [s for s in SCENARIOS if any(s in one for one in told.values())]
    for number, (variant, ratios) in enumerate(told.items()):
        rows = [scenarios.index(s) + (number - (len(told) - 1) / 2) * 0.21 for s in ratios]
        medians = [one.median for one in ratios.values()]
        errors = [
            [one.median - one.low for one in ratios.values()],
            [one.high - one.median for one in ratios.values()],
        ]
        axes.barh(rows, medians, 0.18, color=COLOURS[variant])
        axes.errorbar(medians, rows, xerr=errors, fmt="none", ecolor="#333", elinewidth=1)
        for row, one in zip(rows, ratios.values(), strict=True):
            axes.annotate(
                f"{short(one.median)}", (one.high, row), (4, 0), textcoords="offset points",
                va="center", fontsize=8,
            )  # fmt: skip
    axes.set_yticks(range(len(scenarios)), [SCENARIOS[s] for s in scenarios])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.margins(x=0.12, y=0.02)
    axes.set_title(label, fontweight="normal", fontsize=10.5)
    axes.grid(axis="x")


def latency(results: Results) -> Drawing | None:
    """Draw median and 99th percentile by the number of connections."""
    wanted = [
        (database, auth)
        for database in ("postgresql", "sqlite")
        for auth in ("keystone", "none")
        if results.variants(Setting(database, auth, "p50_ms", 1))
        or results.variants(Setting(database, auth, "p50_ms", 16))
    ]
    if not wanted:
        return None
    database, auth = wanted[0]
    scenarios = [
        s for s in ("show", "detail20") if any(
            results.values(v, s, Setting(database, auth, "p50_ms", n))
            for v in VARIANTS for n in CONNECTIONS
        )
    ]  # fmt: skip
    if not scenarios:
        return None
    figure, [row] = canvas(4.2, columns=len(scenarios), sharey=True)
    shown: list[str] = []
    for axes, scenario in zip(row, scenarios, strict=True):
        shown += _latencies(results, axes, scenario, (database, auth))
        axes.set_title(SCENARIOS[scenario])
    row[0].set_ylabel("milliseconds")
    legend(figure, [v for v in VARIANTS if v in shown])
    setting = str(Setting(database, auth, "p50_ms", None)).split(", ", 1)[1].rsplit(", ", 1)[0]
    says = f"Solid: median; dashed: 99th percentile. Lower is better. One process, {setting}."
    return "Latency at 1, 16 and 64 connections", says, figure


def _latencies(
    results: Results, axes: Any, scenario: str, where: tuple[str, str]
) -> list[str]:  # fmt: skip
    shown = []
    at = sorted(CONNECTIONS)
    for variant in VARIANTS:
        for measure, line in (("p50_ms", "-"), ("p99_ms", "--")):
            values = [results.figure(variant, scenario, Setting(*where, measure, n)) for n in at]
            points = [(x, value) for x, value in enumerate(values) if value is not None]
            if points:
                axes.plot(*zip(*points, strict=True), line, color=COLOURS[variant], marker="o",
                          markersize=4)  # fmt: skip
                shown.append(variant)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(plain)
    axes.set_xticks(range(len(at)), [str(n) for n in at])
    axes.set_xlabel("connections")
    axes.grid(axis="y")
    return shown
