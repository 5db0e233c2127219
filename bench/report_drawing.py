"""What the charts have in common: colours, sizes, bars."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from bench.report_data import NAMES

COLOURS = {
    "floor": "#5b8c5a",
    "falcon": "#2b6cb0",
    "pecan": "#c2571a",
    "pecan-stock": "#8a3b0e",
    "pecan-patched": "#e8a87c",
    "migrating": "#7b5ea7",
    "nova": "#8a8f98",
}
_PARTS = ("#1f4e79", "#2b6cb0", "#63a4d8", "#8fc0a9", "#5b8c5a", "#c9b458", "#e0914f", "#c2571a",
          "#8d5a97", "#8a8f98", "#33353b")  # fmt: skip
_WIDTH = 10.0  # inches
#: A title, how to read it, and what was drawn.
Drawing = tuple[str, str, Figure]


def plain(value: float, position: int) -> str:
    """Write a number at an axis as it is, not as a power."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def canvas(height: float, columns: int = 1, rows: int = 1, **options: Any) -> tuple[Figure, Any]:
    """Return a figure and its axes.

    :param height: in inches.
    """
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def grouped(
    axes: Any, groups: Sequence[str], series: dict[str, Sequence[float | None]], unit: str
) -> None:
    """Draw horizontal bars side by side, on a logarithmic scale, with their values written.

    :param groups: the labels, from top to bottom.
    :param series: variant -> the value of each group.
    """
    height = 0.82 / len(series)
    for number, (variant, values) in enumerate(series.items()):
        places = [
            row + (number - (len(series) - 1) / 2) * height
            for row, value in enumerate(values)
            if value
        ]
        bars = axes.barh(
            places, [value for value in values if value], height * 0.92,
            color=COLOURS[variant], label=NAMES[variant],
        )  # fmt: skip
        axes.bar_label(bars, [short(v) for v in values if v], padding=3, fontsize=8)
    axes.set_yticks(range(len(groups)), groups)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(plain)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(unit)
    axes.grid(axis="x")
    axes.margins(x=0.08, y=0.01)


def legend(figure: Figure, variants: Sequence[str]) -> None:
    """Name the variants above a figure."""
    handles = [mpl.patches.Patch(color=COLOURS[v], label=NAMES[v]) for v in variants]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(variants))


def part_colours(parts: Sequence[str]) -> dict[str, str]:
    """Return a colour for each part of a whole."""
    return {part: _PARTS[number % len(_PARTS)] for number, part in enumerate(parts)}


def short(value: float) -> str:
    """Write a number with about three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
