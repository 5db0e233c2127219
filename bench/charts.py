"""Names, numbers and bars, as the report shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.figures import Ratio
from computeapi.api.versions import MAX

#: The names of the variants, in the order of every table and chart.
NAMES = {
    "floor": "Floor",
    "falcon": "Falcon",
    "pecan": "Pecan/WSME (ours)",
    "pecan-manual": "Pecan/WSME by the manual",
    "pecan-manual-patched": "Pecan/WSME by the manual, patched",
    "falcon-threads": "Falcon, threads",
    "pecan-threads": "Pecan/WSME (ours), threads",
    "migrating": "Falcon and Pecan/WSME in one process",
    "nova": "Nova",
}
SCENARIOS = {
    "version": "version document",
    "show": "show a server",
    "list20": "list 20 servers",
    "detail20": "20 servers in detail",
    "detail100": "100 servers in detail",
    "show-newest": f"show a server at {MAX}",
    "detail20-newest": f"20 servers in detail at {MAX}",
    "boot": "boot a server",
    "delete": "delete a server",
    "400": "400: bad limit",
    "401": "401: no token",
    "404": "404: no such server",
    "409": "409: wrong state",
}
UNMEASURED = "not measured"


def times(found: Ratio | float | None) -> str:
    """Write a ratio."""
    if found is None:
        return UNMEASURED
    value = found.median if isinstance(found, Ratio) else found
    digits = 0 if value >= 9.95 else 1 if value >= 1.95 else 2
    return f"{value:,.{digits}f}×"


def spread(found: Ratio | None) -> str:
    """Write the lowest and the highest round of a ratio."""
    return UNMEASURED if found is None else f"{times(found.low)} to {times(found.high)}"


def short(value: float | None) -> str:
    """Write a number with about three digits."""
    if value is None:
        return UNMEASURED
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart; its widths are percentages of the longest one beside it.

    :ivar spread: where the line of the lowest to the highest round begins, and how long it is.
    """

    variant: str
    label: str
    text: str
    width: float
    spread: tuple[float, float] | None = None


def bars(values: Iterable[tuple[str, float | None]], names: bool = True) -> list[Bar]:
    """Return a bar for each value that was measured.

    :param values: variants and their values.
    """
    measured = [(variant, value) for variant, value in values if value is not None]
    most = max((value for _, value in measured), default=1) or 1
    return [
        Bar(variant, NAMES[variant] if names else "", short(value), value / most * 100)
        for variant, value in measured
    ]


def spans(found: Iterable[tuple[str, str, Ratio | None]]) -> list[Bar]:
    """Return a bar with its spread for each ratio that was measured.

    :param found: variants, labels and ratios.
    """
    measured = [(variant, label, ratio) for variant, label, ratio in found if ratio is not None]
    most = max((ratio.high for _, _, ratio in measured), default=1)
    return [
        Bar(variant, label, f"{times(ratio)} ({spread(ratio)})", ratio.median / most * 100,
            (ratio.low / most * 100, (ratio.high - ratio.low) / most * 100))
        for variant, label, ratio in measured
    ]  # fmt: skip
