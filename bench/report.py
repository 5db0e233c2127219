"""Writes the report of a comparison, as Markdown and as one HTML page that needs nothing else."""

import sys
from pathlib import Path
from typing import Any

import jinja2

from bench import report_tables as tables
from bench.report_charts import charts
from bench.report_coexistence import coexistence
from bench.report_data import FRONT_ENDS, NAMES, Results, Setting
from bench.report_verdict import verdict

_TEMPLATES = Path(__file__).with_name("templates")
_PARTS = {
    "breakdown": "where every microsecond goes",
    "scale": "a thousand servers against a million",
    "memory": "memory",
    "startup": "start-up",
    "dependencies": "dependencies",
    "pythons": "the tests under each Python",
    "ease": "lines of code and what there is to know",
}
METHOD = (
    "All variants serve the same rows: the same projects, servers, flavors and metadata.",
    "They are measured in turn in every round, so that what else the machine does hits all of "
    "them. A round has several short turns of each variant, one right after the other; ratios are "
    "taken turn by turn. Told is the median of the means of any two of them (Hodges and Lehmann's "
    "estimate), of all turns; and as the spread the lowest and the highest of the rounds' own.",
    "CPU time is the process's own for a request, called in process without a socket; told of a "
    "variant by itself is the least of all turns, of all else the median. Requests a "
    "second and latencies are measured over HTTP, one process a variant, with as many connections "
    "as told, kept alive.",
    "“With Keystone” puts keystonemiddleware in front, as in production; “without auth” "
    "trusts the request, and shows the frameworks alone.",
    "The floor is raw WSGI, prepared SQL on a held connection and a fast JSON writer: what no "
    "framework can go below. Nova is the released Nova API over as many servers of its own.",
    "Between the front ends no ratio is told at 64 connections, of what writes at 16, and of the "
    "99th percentile: there the server competes with the generator and the database for the "
    "machine, or a turn has too few requests, and the ratio does not hold from one run to the "
    "next.",
    "Both front ends are written for their framework, and tuned by what it supports. Pecan reads "
    "the signature of a controller at every request, slowly: “Pecan/WSME” has a method of its own "
    "in the place of Pecan's invoke_controller, “stock dispatch” is the same front end without "
    "that method, on Pecan as released, and “patched dispatch” is that with the patches of "
    "doc/upstream, applied at run time.",
)
_NOT_SHOWN = (
    "Other machines: cores and disks of another kind move the absolute figures, and the ratios "
    "too, if less.",
    "Other WSGI servers, more processes, and ASGI: all are served by one eventlet process.",
    "Hypervisors: what a boot costs here is the API's part of it, up to the 202.",
    "A team's own experience. What is easy is judged by lines, places and defaults, not by people.",
    "All that is wrong by default: the list holds what this API's contract met, and no more.",
    "Services that do something else than to keep records: this one reads rows and writes JSON.",
)


def render(path: Path) -> tuple[Path, Path]:
    """Write both forms of the report beside the results, and return where.

    :param path: of the JSON of raw results.
    :raises OSError: when a file cannot be read or written.
    """
    results = Results.load(path)
    text, html = path.with_suffix(".md"), path.with_suffix(".html")
    text.write_text(markdown(results, html.name, path.name))
    html.write_text(page(results, path.name))
    return text, html


def markdown(results: Results, html_name: str, json_name: str) -> str:
    """Return the report as Markdown.

    :param html_name: the file of the page, beside it.
    :param json_name: that of the raw results.
    """
    names = {"html_name": html_name, "json_name": json_name}
    return _filled("report.md.j2", results, autoescape=False, **names)


def page(results: Results, json_name: str) -> str:
    """Return the report as HTML, with its charts.

    :param json_name: the file of the raw results, beside it.
    """
    drawn = charts(results)
    return _filled("report.html.j2", results, autoescape=True, charts=drawn, json_name=json_name)


def _filled(template: str, results: Results, autoescape: bool, **more: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=autoescape, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    return environment.get_template(template).render(**_model(results), **more).rstrip() + "\n"


def _model(results: Results) -> dict[str, Any]:
    """Return all that the templates show."""
    ease = results.part("ease") or {}
    load = results.meta["machine"]["load"]
    front_ends = {name: NAMES[name] for name in ("falcon", "pecan")}
    return {
        "meta": results.meta,
        "load": load[0] if isinstance(load, list) else load,
        "mode": results.meta.get("mode", "unknown"),
        "verdict": verdict(results),
        "targets": tables.targets(results),
        "coexistence": coexistence(results),
        "speed": tables.speed(results),
        "breakdown": tables.breakdown(results),
        "footprint": tables.footprint(results),
        "dependencies": tables.dependencies(results),
        "dependencies_method": (results.part("dependencies") or {}).get("method", ""),
        "pythons": tables.pythons(results),
        "ease": tables.ease(results),
        "operations": ease.get("operations", []),
        "corrections": _grouped(ease.get("corrections", [])),
        "probed": any(one["seen"] for one in ease.get("corrections", ())),
        "know": _grouped(ease.get("know", [])),
        "front_ends": front_ends,
        "method": METHOD,
        "not_shown": _NOT_SHOWN,
        "missing": missing(results),
        "notes": results.told.get("notes", []),
        "rounds": _rounds(results),
    }


def _grouped(entries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [entry for entry in entries if entry["front_end"] == name]
        for name in ("falcon", "pecan")
    }


def _rounds(results: Results) -> int:
    return max((len(s["values"]) for s in results.told.get("samples", ())), default=0)


def missing(results: Results) -> list[str]:
    """Return what this run did not measure."""
    found = [label for part, label in _PARTS.items() if results.part(part) is None]
    settings = results.settings()
    if not any("boot" in results.scenarios(setting) for setting in settings):
        found.append("booting and deleting servers")
    variants = {variant for setting in settings for variant in results.variants(setting)}
    compared = ("floor", *FRONT_ENDS, "nova")
    found += [NAMES[variant] for variant in compared if variant not in variants]
    if not any(setting.database == "postgresql" for setting in settings):
        found.append("PostgreSQL")
    if not any(setting.auth == "keystone" for setting in settings):
        found.append("Keystone in front")
    if not any(_is_latency(setting) for setting in settings):
        found.append("latency over HTTP")
    return found


def _is_latency(setting: Setting) -> bool:
    return setting.measure in ("p50_ms", "p99_ms")


if __name__ == "__main__":
    render(Path(sys.argv[1]))
