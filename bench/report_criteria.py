"""The four criteria of 2013: what was measured for each, and which front end is ahead."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.report_data import NAMES, Ratio, Results, in_process

BOTH = ("falcon", "pecan")
#: Packages that a front end pulls in itself, by the folder that they are installed in. WebOb is
#: there with Falcon too, for keystonemiddleware, but then nothing of the front end depends on it.
_OWN = {
    "falcon": {"falcon"},
    "pecan": {"pecan", "wsme", "wsmeext", "webob", "mako", "simplegeneric"},
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the four.

    :ivar lead: the front end that is ahead, ``even``, or None when it was not measured.
    :ivar because: why, as the end of a sentence that begins with its name.
    """

    title: str
    falcon: str
    pecan: str
    lead: str | None
    because: str = ""


def criteria(results: Results) -> list[Criterion]:
    """Judge the results."""
    judges: list[tuple[str, Callable[[Results], Criterion | None]]] = [
        ("Performance", _performance),
        ("Dependencies", _dependencies),
        ("Python 3", _pythons),
        ("Ease", _ease),
    ]
    missing = "not measured in this run"
    return [judge(results) or Criterion(title, missing, missing, None) for title, judge in judges]


def times(ratio: Ratio | float) -> str:
    """Write a ratio."""
    value = ratio.median if isinstance(ratio, Ratio) else ratio
    digits = 0 if value >= 9.95 else 1 if value >= 1.95 else 2
    return f"{value:,.{digits}f}\N{MULTIPLICATION SIGN}"


def spread(ratio: Ratio) -> str:
    """Write the extremes of a ratio."""
    return f"{times(ratio.low)} to {times(ratio.high)}"


def _performance(results: Results) -> Criterion | None:
    overall = results.overall("falcon", "pecan", in_process())
    if overall is None:
        return None
    lead = "even" if 0.95 <= overall.median <= 1.05 else "falcon" if overall.median > 1 else "pecan"
    ahead = overall if overall.median > 1 else overall.inverse
    texts = {}
    for name in BOTH:
        parts = []
        for scenario, label in (("show", "show"), ("detail20", "20 in detail")):
            for setting in in_process():
                value = results.figure(name, scenario, setting)
                if value is not None:
                    unit = "requests/s" if setting.measure == "rps" else "µs of CPU"
                    parts.append(f"{label}: {value:,.0f} {unit}")
                    break
        texts[name] = "; ".join(parts)
    because = (
        f"answers with less CPU: {NAMES['pecan' if overall.median > 1 else 'falcon']} takes "
        f"{times(ahead)} as much in the mean of {ahead.rounds} kinds of request, "
        f"from {times(ahead.low)} to {times(ahead.high)}"
    )
    return Criterion("Performance", texts["falcon"], texts["pecan"], lead, because)


def framework_sets(results: Results, scope: str = "framework") -> dict[str, dict[str, Any]]:
    """Return what each front end pulls in, by its name."""
    found = (results.part("dependencies") or {}).get("sets", ())
    return {one["front_end"]: one for one in found if one["scope"] == scope}


def _dependencies(results: Results) -> Criterion | None:
    # What a front end asks for is the fairer count, with what its author added to the framework.
    sets = framework_sets(results, "extra") or framework_sets(results)
    if set(sets) != set(BOTH):
        return None
    texts = {
        name: f"{counted(one['count'], 'package')}, {one['mb']:.1f} MB, {one['compiled']} compiled"
        for name, one in sets.items()
    }
    beyond = framework_sets(results, "beyond_core")
    for name, one in beyond.items():
        size = f"{counted(one['count'], 'package')}, {one['mb']:.1f} MB"
        texts[name] += f"; beside what keystonemiddleware and the core bring: {size}"
    lead = _fewer({name: (one["count"], one["mb"]) for name, one in sets.items()})
    because = ""
    if lead in sets:
        because = _pulls(lead, sets)
        if set(beyond) == set(BOTH):
            because += f"; in a service that has the core already it {_pulls(lead, beyond)}"
    return Criterion("Dependencies", texts["falcon"], texts["pecan"], lead, because)


def _pulls(lead: str, sets: dict[str, dict[str, Any]]) -> str:
    own, other = sets[lead], sets[_other(lead)]
    return (
        f"pulls in {counted(own['count'], 'package')} ({own['mb']:.1f} MB), "
        f"{NAMES[_other(lead)]} {other['count']} ({other['mb']:.1f} MB)"
    )


def counted(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def passes(run: dict[str, Any]) -> bool:
    """Tell whether a run's tests all passed, and there were any."""
    return not run.get("problem") and run["passed"] > 0 and not run["failed"] + run["errors"]


def own_warnings(run: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the warnings that the framework itself raised."""
    own = _OWN[run["front_end"]]
    return [one for one in run.get("warnings", ()) if one["package"].lower() in own]


def _pythons(results: Results) -> Criterion | None:
    runs = (results.part("pythons") or {}).get("runs")
    if not runs:
        return None
    texts, scores = {}, {}
    for name in BOTH:
        own = [run for run in runs if run["front_end"] == name]
        good = [run["python"] for run in own if passes(run)]
        warned = {w["message"] for run in own for w in own_warnings(run)}
        strict = sum(1 for run in own if run.get("strict_import"))
        texts[name] = (
            f"passes on {', '.join(good) or 'none'} of {len(own)} tried; "
            f"{counted(len(warned), 'deprecation')} of its own"
        )
        if strict:
            texts[name] += f"; cannot be imported where deprecations are errors on {strict}"
        scores[name] = (-len(good), strict, len(warned))
    lead = _fewer(scores)
    because = f"runs with less to mend ({texts[lead]})" if lead in texts else ""
    return Criterion("Python 3", texts["falcon"], texts["pecan"], lead, because)


def code_lines(results: Results, front_end: str) -> int:
    """Return the lines of code of a front end."""
    return sum(file["code"] for file in results.told["ease"]["lines"][front_end])


def _ease(results: Results) -> Criterion | None:
    ease = results.part("ease")
    if ease is None:
        return None
    texts, scores = {}, {}
    for name in BOTH:
        lines = code_lines(results, name)
        put_right = sum(
            1 for one in ease["corrections"] if one["front_end"] == name and one["holds"]
        )
        validation = sum(ease["validation"][name].values())
        operations = sum(operation[name]["lines"] for operation in ease["operations"])
        texts[name] = (
            f"{lines:,} lines of code, {validation} of them check requests; "
            f"{counted(put_right, 'default')} put right"
        )
        scores[name] = (lines, put_right, operations)
    lead = _majority(scores)
    because = f"takes less to write and to correct ({texts[lead]})" if lead in texts else ""
    return Criterion("Ease", texts["falcon"], texts["pecan"], lead, because)


def _fewer(scores: dict[str, tuple[float, ...]]) -> str:
    """Return who has the smaller score, compared in order."""
    falcon, pecan = scores["falcon"], scores["pecan"]
    return "even" if falcon == pecan else "falcon" if falcon < pecan else "pecan"


def _majority(scores: dict[str, tuple[float, ...]]) -> str:
    """Return who has the smaller figure in more of the places."""
    pairs = list(zip(scores["falcon"], scores["pecan"], strict=True))
    falcon = sum(1 for a, b in pairs if a < b)
    pecan = sum(1 for a, b in pairs if b < a)
    return "even" if falcon == pecan else "falcon" if falcon > pecan else "pecan"


def _other(name: str) -> str:
    return "pecan" if name == "falcon" else "falcon"
