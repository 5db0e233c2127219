"""The verdict: every figure in it comes from the results, and so does who it favours."""

from dataclasses import dataclass

from bench.report_criteria import BOTH, Criterion, criteria, framework_sets, spread, times
from bench.report_data import NAMES, Ratio, Results, Setting, in_process, served

_STRENGTHS = {
    "falcon": (
        "Everything a request needs is handed in as an argument, routes are one table, and errors "
        "leave by one door: the code reads from top to bottom."
    ),
    "pecan": (
        "A document is one class of typed attributes: check, conversion and form in one place, "
        "where JSON-Schema takes a schema, a reader and a view."
    ),
}

#: A ratio below which nobody should choose by speed.
_HARDLY = 1.25


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the headline."""

    value: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said, from the shortest to the longest.

    :ivar lead: the front end that it favours, or ``even``.
    :ivar who: pairs of who should do what, and why.
    :ivar change: what would change it.
    """

    lead: str
    headline: str
    summary: str
    figures: list[Figure]
    criteria: list[Criterion]
    who: list[tuple[str, list[str]]]
    change: list[str]


def verdict(results: Results) -> Verdict:
    """Judge the results."""
    judged = criteria(results)
    lead = _lead(judged)
    return Verdict(
        lead=lead,
        headline=_headline(lead, judged),
        summary=_summary(results, lead, judged),
        figures=_figures(results),
        criteria=judged,
        who=_who(results, lead, judged),
        change=_change(results),
    )


def _lead(judged: list[Criterion]) -> str:
    won = {name: sum(1 for one in judged if one.lead == name) for name in BOTH}
    if won["falcon"] == won["pecan"]:
        return "even"
    return max(won, key=lambda name: won[name])


def _headline(lead: str, judged: list[Criterion]) -> str:
    measured = [one for one in judged if one.lead is not None]
    if not measured:
        return "No verdict: none of the four criteria was measured in this run"
    if lead == "even":
        return "Either: Falcon and Pecan/WSME lead in as many criteria"
    won = [one.title.lower() if one.title != "Python 3" else one.title for one in measured
           if one.lead == lead]  # fmt: skip
    return f"Take {NAMES[lead]} for a new service: it is ahead in {_listed(won)}"


def _summary(results: Results, lead: str, judged: list[Criterion]) -> str:
    sentences = []
    if lead != "even":
        because = [one.because for one in judged if one.lead == lead]
        if because:
            sentences.append(f"{NAMES[lead]} {because[0]}.")
        lost = [one.title for one in judged if one.lead not in (lead, "even", None)]
        if lost:
            other = "pecan" if lead == "falcon" else "falcon"
            sentences.append(f"{NAMES[other]} is ahead in {_listed(lost).lower()}.")
    nova = [results.faster(name, "nova", "detail20", served()) for name in BOTH]
    if all(nova):
        sentences.append(
            f"Against Nova, a page of 20 comes {times(nova[0])} as fast from Falcon, and "
            f"{times(nova[1])} as fast from Pecan/WSME."
        )
    return " ".join(sentences)


def _figures(results: Results) -> list[Figure]:
    figures = [
        _between(results, "show", "to show a server"),
        _between(results, "detail20", "for a page of 20 in detail"),
        _pair(results, "nova", served(), "as fast as Nova, a page of 20 in detail"),
        _cost(results),
        _growth(results),
    ]
    return [figure for figure in figures if figure is not None]


def _between(results: Results, scenario: str, what: str) -> Figure | None:
    found = results.faster("falcon", "pecan", scenario, in_process())
    if found is None:
        return None
    ahead, behind = ("falcon", "pecan") if found.median >= 1 else ("pecan", "falcon")
    ratio = found if found.median >= 1 else found.inverse
    if ratio.setting.measure == "rps":
        label = f"the throughput of {NAMES[behind]} is what {NAMES[ahead]} reaches, {what}"
    else:
        label = f"the CPU time of {NAMES[ahead]} is what {NAMES[behind]} takes {what}"
    details = f"{spread(ratio)}; {ratio.setting}"
    stock = results.faster("falcon", "pecan-stock", scenario, [ratio.setting])
    if stock is not None and ahead == "falcon":
        details = f"{times(stock)} with stock dispatch; {details}"
    return Figure(times(ratio), label, details)


def _pair(results: Results, reference: str, settings: list[Setting], what: str) -> Figure | None:
    ratios = [results.faster(name, reference, "detail20", settings) for name in BOTH]
    if not all(ratios):
        return None
    value = " · ".join(times(ratio) for ratio in ratios)
    details = f"{spread(ratios[0])} · {spread(ratios[1])}; {ratios[0].setting}"
    return Figure(value, f"Falcon · Pecan/WSME: {what}", details)


def _cost(results: Results) -> Figure | None:
    ratios = [results.faster("floor", name, "detail20", [Setting()]) for name in BOTH]
    if not all(ratios):
        return None
    value = " · ".join(times(ratio) for ratio in ratios)
    label = "Falcon · Pecan/WSME: the cost of the floor (raw WSGI, raw SQL), a page of 20 in detail"
    return Figure(value, label, f"{spread(ratios[0])} · {spread(ratios[1])}; {ratios[0].setting}")


def _growth(results: Results) -> Figure | None:
    scale = results.part("scale") or ()
    cases = {(e["variant"], e["database"], e["page"]) for e in scale if e["variant"] in NAMES}
    found = [r for case in cases if (r := results.growth(*case)) is not None]
    if not found:
        return None
    rows = [entry["rows"] for entry in scale]
    worst = max(found, key=lambda ratio: ratio.median)
    label = f"the time of a page among {max(rows):,} servers, against {min(rows):,}: the worst case"
    return Figure(times(worst), label, f"{spread(worst)}; first and deep pages, all databases")


def _who(
    results: Results, lead: str, judged: list[Criterion]
) -> list[tuple[str, list[str]]]:  # fmt: skip
    told = []
    for name in BOTH:
        reasons = [f"It {one.because}." for one in judged if one.lead == name and one.because]
        reasons.append(_STRENGTHS[name])
        if lead not in (name, "even"):
            reasons.append(_enough(results, name))
        title = {name: f"Take {NAMES[name]} for a new service", "even": f"Take {NAMES[name]}"}
        told.append((title.get(lead, f"Keep {NAMES[name]} where it is"), [r for r in reasons if r]))
    even = _indifferent(results)
    if even:
        told.append(("Where it hardly matters", even))
    return told


def _enough(results: Results, name: str) -> str:
    """Say what the one behind is still good for."""
    ratio = results.faster(name, "nova", "show", served())
    if ratio is None:
        return "A team that has it loses no function: both pass the same contract."
    return (
        f"A team that has it loses no function, and it shows a server {times(ratio)} as fast as "
        "Nova: rewriting a service for the framework alone is not worth it."
    )


def _indifferent(results: Results) -> list[str]:
    """Say where the front ends differ least."""
    settings = in_process("postgresql", "keystone")
    found = [
        (ratio, scenario)
        for scenario in ("boot", "delete", "detail100", "detail20")
        if (ratio := results.faster("falcon", "pecan", scenario, settings)) is not None
        and max(ratio.median, 1 / ratio.median) < _HARDLY
    ]
    names = {"boot": "booting", "delete": "deleting", "detail100": "a page of 100",
             "detail20": "a page of 20"}  # fmt: skip
    if not found:
        return []
    parts = _listed([f"{names[scenario]} ({_gap(ratio)})" for ratio, scenario in found])
    return [f"{found[0][0].setting}: {parts}. There the core and the database decide."]


def _gap(ratio: Ratio) -> str:
    ahead = ratio if ratio.median >= 1 else ratio.inverse
    name = "Falcon" if ratio.median >= 1 else "Pecan/WSME"
    return "no difference" if ratio.is_even else f"{name} {times(ahead)}"


def _change(results: Results) -> list[str]:
    return [text for text in (_patch(results), _oldest(results), _typed()) if text]


def _patch(results: Results) -> str | None:
    """Say what the patches of ``doc/upstream`` are worth to whoever uses Pecan as it comes."""
    stock = results.faster("falcon", "pecan-stock", "show", in_process())
    patched = results.faster("falcon", "pecan-patched", "show", in_process())
    if stock is None or patched is None:
        return None
    return (
        f"Pecan takes the patches of doc/upstream: to show a server it takes {times(stock)} the "
        f"CPU time of Falcon as it comes, and {times(patched)} with them. Until then every service "
        "has to replace a method of Pecan's, as this one does."
    )


def _oldest(results: Results) -> str | None:
    packages = framework_sets(results).get("pecan", {}).get("packages", ())
    dated = [package for package in packages if package["released"] != "unknown"]
    if not dated:
        return None
    oldest = min(dated, key=lambda package: package["released"])
    return (
        f"A release of what Pecan/WSME leans on that ends with a Python version: the oldest is "
        f"{oldest['name']} {oldest['version']}, of {oldest['released']}."
    )


def _typed() -> str:
    return (
        "A service whose documents are many, and its operations few: then the typed classes of "
        "WSME weigh more, and dispatch and CPU less."
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
