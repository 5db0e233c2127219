"""CPU time of a request, in the process and without HTTP; memory and start-up beside it."""

import itertools
import json
import time
from typing import Any

from bench import lab, processes, scenarios, variants, writes
from bench.lab import Lab
from bench.site import Site
from testing.processes import ProgramError
from testing.programs import Child

#: One of Nova's takes longer than a pass.
_LEAST = 1
_DOCUMENTS = ("show", "list20", "detail20", *scenarios.NEWEST)


def startup(place: Lab) -> None:
    """Measure the start until the first answer, and the memory then."""
    rounds = place.plan.startups
    compared = _for_startup(place)
    for number in range(rounds):
        place.say(f"Start-up and memory, round {number + 1} of {rounds}")
        for measured in compared:
            child = place.target(measured)
            took = time.perf_counter() - child.started
            megabytes = processes.resident_mb(child.pid)
            child.stop()
            named = {"variant": measured.variant}
            place.results.add("startup", named, round(took, 4), "seconds")
            place.results.add("memory", named, round(megabytes, 2), "rss_mb")


def _for_startup(place: Lab) -> list[Site]:
    """Return a site of each variant: without Keystone and on SQLite where that can be."""
    chosen: dict[str, Site] = {}
    for group in place.sites():
        for measured in group:
            if measured.variant not in variants.BY_THE_MANUAL:
                chosen.setdefault(measured.variant, measured)
    both = [place.site(variants.MIGRATING, "sqlite", "none")] if len(chosen) > 1 else []
    return [*chosen.values(), *both]


def measure(place: Lab) -> None:
    """Measure every scenario on every site.

    The variants take turns: in each round several times, one right after the other. So what else
    the machine does meets all of them.
    """
    # All in turn, and not database by database: some ratios are of two of them.
    sites = [one for group in place.sites() for one in group]
    with place.targets(sites) as targets:
        place.say("Comparing documents")
        _require_same_documents(place, sites, targets)
        rounds = place.plan.rounds
        # Round 0 warms up: caches, prepared statements, lazy imports.
        for number in range(rounds + 1):
            place.say(f"In process, round {number} of {rounds}" if number else "Warming up")
            _round(place, targets, sites, counts=number > 0)


def _require_same_documents(place: Lab, sites: list[Site], targets: dict[str, Child]) -> None:
    """Check that all do the same work: the same documents, Nova's among them.

    :raises ProgramError: when they differ.
    """
    for scenario in _DOCUMENTS:
        found: dict[str, Any] = {}
        for measured in (one for one in sites if scenarios.has(one.variant, scenario)):
            request = scenarios.READS[scenario](place.where(measured))[0].as_dict()
            answer = targets[measured.key].ask({"do": "bodies", "requests": [request]})
            found[measured.key] = json.loads(answer[0])
        first = next(iter(found))
        for key, document in found.items():
            if document != found[first]:
                raise ProgramError(f"{scenario}: {key} and {first} give different documents")


def _round(place: Lab, targets: dict[str, Child], sites: list[Site], counts: bool) -> None:
    """Measure every scenario once.

    The turns of a scenario are spread over the round: what disturbs the machine for some seconds
    spoils one of them and not all. Every other time the sites come in the opposite order.
    """
    figures: dict[tuple[str, Site], list[float]] = {}
    for number in range(place.plan.passes if counts else 1):
        ordered = lab.alternating(sites, number)
        for scenario, measured in itertools.product(place.plan.scenarios, ordered):
            if scenarios.has(measured.variant, scenario):
                found = figures.setdefault((scenario, measured), [])
                found.append(_pass(place, targets[measured.key], measured, scenario))
    for (scenario, measured), found in figures.items() if counts else ():
        turns = [{"cpu_us": value} for value in found]
        place.results.sample(lab.what(measured, scenario), turns)


def _pass(place: Lab, target: Child, measured: Site, scenario: str) -> float:
    """Return the CPU time of a request, µs."""
    where = place.where(measured)
    if scenario in scenarios.READS:
        requests = [r.as_dict() for r in scenarios.READS[scenario](where)]
        seconds = place.plan.cpu_seconds
        question = {"do": "repeat", "requests": requests, "seconds": seconds, "least": _LEAST}
        return float(target.ask(question)["cpu_us"])
    with writes.requests(scenario, measured, where, place.plan.writes) as made:
        answer = target.ask({"do": "once", "requests": [request.as_dict() for request in made]})
    return float(answer["cpu_us"])
