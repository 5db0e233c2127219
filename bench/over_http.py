"""Requests a second and latencies over HTTP, one process serving."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from bench import lab, processes, scenarios, writes
from bench.lab import Lab
from bench.plan import CONNECTIONS, MAIN_PAIRS, holds, takes_part
from bench.site import Site
from testing.processes import ProgramError
from testing.programs import Child

_ERRORS = ("401", "404", "400", "409")
#: Measured everywhere; the others for the main pairs of database and auth alone.
_BRIEF = ("show", "detail20")
#: Connections of what is measured with one number of them.
_SOME = 16
#: The part of a core above which the generator, not the server, may be what is measured.
_BUSY = 0.7
#: Seconds of a turn, by connections, after which a variant takes no other one in the round: above
#: what Nova takes for what there is a target for, as one turn alone would be no measure of that.
_LONG = {1: 0.6, 16: 1.6}


@dataclass(slots=True, eq=False)
class Served:
    """A site that is being served.

    :ivar seconds: that a request takes, by scenario, as it was warmed up.
    :ivar failed: scenarios and connections under which it answered wrongly.
    """

    site: Site
    child: Child
    port: int
    seconds: dict[str, float]
    failed: set[tuple[str, int]] = field(default_factory=set)


def measure(place: Lab) -> None:
    """Measure every scenario on every site, the variants in turn within each round."""
    sites = [one for group in place.sites(over_http=True) for one in group]
    servers = place.servers(sites)
    served = [Served(one, *servers[one.key], {}) for one in sites]
    generator = Child("bench.load", {}, place.folder / "load.log", on=processes.cores()[1])
    try:
        generator.answer()
        place.say("Warming up the servers")
        for one in served:
            _warm(place, generator, one)
        with processes.awake():
            for number in range(place.plan.rounds):
                place.say(f"Over HTTP, round {number + 1} of {place.plan.rounds}")
                _round(place, generator, served)
    finally:
        generator.stop()
        for one in served:
            one.child.stop()


def connections(plan_is_quick: bool, is_whole: bool, scenario: str) -> tuple[int, ...]:
    """Return the numbers of connections that a scenario is measured with."""
    if scenario in _BRIEF:
        return CONNECTIONS if is_whole else (_SOME,)
    if scenario in scenarios.NEWEST:
        return CONNECTIONS[:2] if is_whole else ()
    if plan_is_quick or not is_whole:
        return ()
    return (_SOME,) if scenario in (*_ERRORS, *scenarios.WRITES) else CONNECTIONS


def _round(place: Lab, generator: Child, served: list[Served]) -> None:
    """Measure every scenario once, its turns spread over the round as in process."""
    figures: dict[tuple[Served, str, int], list[dict[str, Any] | None]] = {}
    for turn in range(place.plan.turns):
        for scenario, number in itertools.product(place.plan.scenarios, CONNECTIONS):
            if turn > 0 and not holds(scenario, number):
                continue
            for one in lab.alternating(served, turn):
                if number not in _asked(place, one, scenario):
                    continue
                found = figures.setdefault((one, scenario, number), [])
                if any(figure and figure["seconds"] > _LONG[number] for figure in found):
                    continue  # it was as long as all turns of the others
                part = takes_part(one.site.variant, turn, number)
                found.append(_sample(place, generator, one, scenario, number) if part else None)
    for (one, scenario, number), found in figures.items():
        if any(found) and (scenario, number) not in one.failed:
            place.results.sample(lab.what(one.site, scenario), found, connections=number)


def _asked(place: Lab, served: Served, scenario: str) -> tuple[int, ...]:
    if not scenarios.has(served.site.variant, scenario):
        return ()
    whole = (served.site.database, served.site.auth) in MAIN_PAIRS
    return connections(place.plan.quick, whole, scenario)


def _warm(place: Lab, generator: Child, served: Served) -> None:
    where = place.where(served.site)
    for scenario in place.plan.scenarios:
        numbers = _asked(place, served, scenario)
        if not numbers or scenario in scenarios.WRITES:
            continue
        requests = [r.as_dict() for r in scenarios.READS[scenario](where)][:4]
        question = {"port": served.port, "requests": requests, "connections": 1, "seconds": 0.0,
                    "least": 4, "once": False}  # fmt: skip
        generator.ask(question)
        served.seconds[scenario] = generator.ask(question)["p50_ms"] / 1e3
        # What a server opens and imports once for many connections, it opens and imports here.
        if _SOME in numbers:
            _read(place, generator, served, scenario, _SOME)


def _sample(
    place: Lab, generator: Child, served: Served, scenario: str, number: int
) -> dict[str, Any] | None:
    """Measure one turn; return None where nothing can be measured."""
    variant = served.site.variant
    if scenario in scenarios.WRITES:
        answer: dict[str, Any] | None = _write(place, generator, served, scenario, number)
    else:
        answer = _read(place, generator, served, scenario, number)
    if answer is not None and answer["busy"] > _BUSY:
        place.results.note(
            f"The load generator was busy for more than {_BUSY:.0%} of {variant} "
            f"{scenario} at {number} connections: the server may do more."
        )
    return answer


def _read(
    place: Lab, generator: Child, served: Served, scenario: str, number: int
) -> dict[str, Any] | None:
    """Send reads; return None where nothing can be measured.

    A wrong answer of ours ends the run. Nova is no part of what is tested here: that it answers
    500 under some load is a finding, and is noted.
    """
    least = _least(place, served, scenario, number)
    if least == 0 or (scenario, number) in served.failed:
        return None
    requests = scenarios.READS[scenario](place.where(served.site))
    spec = {"requests": [r.as_dict() for r in requests], "least": least, "once": False}
    try:
        return _send(place, generator, served, number, spec)
    except ProgramError as error:
        if served.site.variant != "nova":
            raise
        # Not in the rounds to come, and the rounds that went well go as well.
        served.failed.add((scenario, number))
        place.results.drop(lab.what(served.site, scenario), number)
        place.results.note(
            f"Nova {scenario} at {number} connections is left out: it answered wrongly "
            f"({str(error)[:120]})."
        )
        return None


def _least(place: Lab, served: Served, scenario: str, number: int) -> int:
    """Return how many answers a sample needs at least; 0 when they would take too long."""
    longest = place.plan.longest
    # Of several connections each sends one more, as they do not all begin at the same time then.
    for least in (2 * number, number) if number > 1 else (1,):
        if least * served.seconds[scenario] <= longest:
            return least
    place.results.note(
        f"{served.site.variant} {scenario} over HTTP at {number} connections is left out: "
        f"{number} answers take more than {longest:g} s."
    )
    return 0


def _write(
    place: Lab, generator: Child, served: Served, scenario: str, number: int
) -> dict[str, Any]:
    count = 2 * number
    with writes.requests(scenario, served.site, place.where(served.site), count) as made:
        requests = [r.as_dict() for r in made]
        spec = {"requests": requests, "least": count, "once": True}
        return _send(place, generator, served, number, spec)


def _send(
    place: Lab, generator: Child, served: Served, number: int, spec: dict[str, Any]
) -> dict[str, Any]:
    seconds = place.plan.http_seconds
    question = {"port": served.port, "connections": number, "seconds": seconds, **spec}
    answer: dict[str, Any] = generator.ask(question)
    return answer
