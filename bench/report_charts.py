"""The charts of the report, by matplotlib, as SVG to stand in an HTML page."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.figure import Figure

from bench import report_charts_parts as parts
from bench import report_charts_speed as speed
from bench.report_data import Results
from bench.report_drawing import Drawing

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "computeapi",
    "font.family": "sans-serif",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9aa0a6",
    "axes.axisbelow": True,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "grid.color": "#e3e6ea",
    "legend.frameon": False,
}
_DRAWERS: tuple[Callable[[Results], Drawing | None], ...] = (
    speed.cpu,
    speed.ratios,
    parts.breakdown,
    speed.throughput,
    speed.latency,
    parts.scale,
    parts.footprint,
    parts.dependencies,
    parts.lines,
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    :ivar says: how to read it.
    """

    title: str
    says: str
    svg: str


def charts(results: Results) -> list[Chart]:
    """Draw all that there are results for."""
    with mpl.rc_context(_STYLE):
        drawn = [drawing for drawer in _DRAWERS if (drawing := drawer(results)) is not None]
        return [Chart(title, says, _svg(figure)) for title, says, figure in drawn]


def _svg(figure: Figure) -> str:
    """Return an SVG element that fits the width it is given; it holds its text as text."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    return re.sub(r'<svg ([^>]*?)(?:width="[^"]*" ?|height="[^"]*" ?)', r"<svg \1", svg, count=1)
