"""The charts of what a whole is made of: a request's time, a process, packages, source."""

from collections.abc import Sequence
from itertools import chain
from statistics import median
from typing import Any

from bench.report_criteria import framework_sets
from bench.report_data import NAMES, SCENARIOS, VARIANTS, Results
from bench.report_drawing import COLOURS, Drawing, canvas, legend, part_colours, short

_ROLES = {
    "operations": "operations",
    "documents": "documents (requests, responses)",
    "machinery": "machinery of documents",
    "glue": "glue",
}
_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _stacked(
    axes: Any, rows: Sequence[str], parts: dict[str, Sequence[float]], colours: dict[str, str]
) -> None:
    """Draw horizontal bars of parts, their sums written at the end."""
    left = [0.0] * len(rows)
    for part, values in parts.items():
        axes.barh(range(len(rows)), values, 0.62, left=left, color=colours[part], label=part)
        left = [a + b for a, b in zip(left, values, strict=True)]
    for row, whole in enumerate(left):
        axes.annotate(
            short(whole), (whole, row), (5, 0), textcoords="offset points", va="center",
            fontsize=9, fontweight="bold",
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), rows)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.grid(axis="x")


def breakdown(results: Results) -> Drawing | None:
    """Draw where every microsecond goes."""
    told = results.part("breakdown")
    if told is None:
        return None
    parts = list(dict.fromkeys(entry["part"] for entry in told))
    scenarios = [s for s in SCENARIOS if any(entry["scenario"] == s for entry in told)]
    variants = [v for v in VARIANTS if any(entry["variant"] == v for entry in told)]
    spent = {(e["variant"], e["scenario"], e["part"]): e["us"] for e in told}
    height = (0.6 + 0.42 * len(variants)) * len(scenarios) + 0.3 * (1 + len(parts) // 4)
    figure, grid = canvas(height, rows=len(scenarios))
    colours = part_colours(parts)
    for [axes], scenario in zip(grid, scenarios, strict=True):
        shares = {p: [spent.get((v, scenario, p), 0) for v in variants] for p in parts}
        _stacked(axes, [NAMES[v] for v in variants], shares, colours)
        axes.set_title(f"{SCENARIOS[scenario]}, µs")
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=4)
    return "Where every microsecond goes", "CPU time of one request by who spends it.", figure


def scale(results: Results) -> Drawing | None:
    """Draw the time of a page among few and among many servers."""
    told = results.part("scale")
    if told is None:
        return None
    databases = [d for d in _DATABASES if any(entry["database"] == d for entry in told)]
    figure, [row] = canvas(3.4, columns=len(databases), sharey=True)
    rows = sorted({entry["rows"] for entry in told})
    variants = [v for v in VARIANTS if any(entry["variant"] == v for entry in told)]
    for axes, database in zip(row, databases, strict=True):
        for entry in told:
            if entry["database"] == database:
                place = rows.index(entry["rows"]) + (0.42 if entry["page"] == "deep" else 0) * 0.9
                offset = (variants.index(entry["variant"]) - (len(variants) - 1) / 2) * 0.14
                axes.bar(
                    place + offset, median(chain(*entry["values"])), 0.13,
                    color=COLOURS[entry["variant"]], alpha=1 if entry["page"] == "first" else 0.55,
                )  # fmt: skip
        axes.set_xticks([n + 0.19 for n in range(len(rows))], [f"{n:,} servers" for n in rows])
        axes.set_title(_DATABASES[database])
        axes.grid(axis="y")
    row[0].set_ylabel("µs a page")
    legend(figure, variants)
    says = "A page of 20 in detail: the first one, and (pale) one deep in the list. Level is good."
    return "A thousand servers, and a million", says, figure


def footprint(results: Results) -> Drawing | None:
    """Draw memory and start-up time."""
    sides = [
        (title, {one["variant"]: median(one[key]) for one in results.part(part) or ()})
        for title, part, key in (
            ("Memory of a process, MB", "memory", "rss_mb"),
            ("Start-up, seconds", "startup", "seconds"),
        )
    ]
    sides = [(title, values) for title, values in sides if values]
    if not sides:
        return None
    figure, [row] = canvas(2.4, columns=len(sides))
    for axes, (title, values) in zip(row, sides, strict=True):
        shown = [v for v in VARIANTS if v in values]
        bars = axes.barh(
            [NAMES[v] for v in shown], [values[v] for v in shown], 0.62,
            color=[COLOURS[v] for v in shown],
        )  # fmt: skip
        axes.bar_label(bars, [short(values[v]) for v in shown], padding=4, fontsize=9)
        axes.invert_yaxis()
        axes.margins(x=0.15)
        axes.set_title(title)
    return "Memory and start-up", "One process that has answered requests.", figure


def dependencies(results: Results) -> Drawing | None:
    """Draw how many packages a front end pulls in, and how large."""
    sets = framework_sets(results)
    if not sets:
        return None
    scopes = {
        "framework": "framework alone",
        "extra": "all that the front end asks for",
        "beyond_core": "beyond what the core has",
    }
    bars = [
        (name, f"{NAMES[name]}: {label}", told)
        for scope, label in scopes.items()
        for name, told in framework_sets(results, scope).items()
    ]
    figure, [row] = canvas(0.9 + 0.36 * len(bars), columns=2, sharey=True)
    for axes, key, title in zip(row, ("count", "mb"), ("Packages", "MB on disk"), strict=True):
        drawn = axes.barh(
            [label for _, label, _ in bars], [told[key] for _, _, told in bars], 0.62,
            color=[COLOURS[name] for name, _, _ in bars],
        )  # fmt: skip
        axes.bar_label(drawn, [short(told[key]) for _, _, told in bars], padding=4, fontsize=9)
        axes.margins(x=0.15)
        axes.set_title(title)
    row[0].invert_yaxis()
    return "Dependencies", "From real installations into empty virtualenvs.", figure


def lines(results: Results) -> Drawing | None:
    """Draw the lines of code of the front ends by what they do."""
    ease = results.part("ease")
    if ease is None:
        return None
    names = list(ease["lines"])
    shares = {
        label: [
            sum(file["code"] for file in ease["lines"][name] if file["role"] == role)
            for name in names
        ]
        for role, label in _ROLES.items()
    }
    figure, [[axes]] = canvas(2.2)
    _stacked(axes, [NAMES[name] for name in names], shares, part_colours(list(shares)))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left", ncols=4)
    says = "Every line of both front ends, without comments, docstrings and blank lines."
    return "Lines of code", says, figure
