"""CPU time of a request, in the process and without HTTP; memory and start-up beside it."""

import time

from bench import lab, processes, scenarios, writes
from bench.lab import Lab
from bench.processes import Child
from bench.site import Site

_LEAST = 3


def startup(place: Lab) -> None:
    """Measure the start until the first answer, and the memory then."""
    rounds = place.plan.rounds
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
            chosen.setdefault(measured.variant, measured)
    return list(chosen.values())


def measure(place: Lab) -> None:
    """Measure every scenario on every site, the variants in turn within each round."""
    groups = list(place.sites())
    targets = {one.key: place.target(one) for group in groups for one in group}
    try:
        rounds = place.plan.rounds
        # Round 0 warms up: caches, prepared statements, lazy imports.
        for number in range(rounds + 1):
            place.say(f"In process, round {number} of {rounds}" if number else "Warming up")
            for group in groups:
                for scenario in place.plan.scenarios:
                    for measured in group:
                        _sample(place, targets[measured.key], measured, scenario, number > 0)
    finally:
        for target in targets.values():
            target.stop()


def _sample(place: Lab, target: Child, measured: Site, scenario: str, counts: bool) -> None:
    where = place.where(measured)
    if scenario in scenarios.READS:
        question = {
            "do": "repeat",
            "requests": [r.told() for r in scenarios.READS[scenario](where)],
            "seconds": place.plan.cpu_seconds,
            "least": _LEAST,
        }
        answer = target.ask(question)
    elif measured.variant == "nova":
        return  # see bench.boot: it takes the whole of Nova
    else:
        with writes.requests(scenario, measured, where, place.plan.writes) as requests:
            answer = target.ask({"do": "once", "requests": [r.told() for r in requests]})
    if counts:
        place.results.sample(lab.what(measured, scenario), answer)
