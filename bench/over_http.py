"""Requests a second and latencies over HTTP, one process serving."""

from bench import lab, scenarios, writes
from bench.lab import Lab
from bench.plan import CONNECTIONS
from bench.processes import Child
from bench.site import Site

#: Everything at every number of connections would take an hour: this is measured elsewhere too.
_SCENARIOS = ("version", "show", "list20", "detail20", "detail100", "404", *scenarios.WRITES)
_BRIEF = ("show", "detail20")
#: Where each group is measured in full; the others only at one number of connections.
_WHOLE = {("sqlite", "none"), ("postgresql", "keystone")}
_ELSEWHERE = 16
#: The part of a core above which the generator, not the server, may be what is measured.
_BUSY = 0.7


def measure(place: Lab) -> None:
    """Measure every scenario on every site, the variants in turn within each round."""
    groups = list(place.sites())
    servers = {one.key: place.server(one) for group in groups for one in group}
    generator = Child("bench.load", {}, place.folder / "load.log")
    try:
        generator.answer()
        for group in groups:
            for measured in group:
                _warm(place, generator, servers[measured.key][1], measured)
        for number in range(place.plan.rounds):
            place.say(f"Over HTTP, round {number + 1} of {place.plan.rounds}")
            for group in groups:
                _round(place, generator, group, {k: port for k, (_, port) in servers.items()})
    finally:
        generator.stop()
        for child, _ in servers.values():
            child.stop()


def _round(place: Lab, generator: Child, group: list[Site], ports: dict[str, int]) -> None:
    first = group[0]
    whole = (first.database, first.auth) in _WHOLE
    names = _SCENARIOS if whole else _BRIEF
    for scenario in (name for name in names if name in place.plan.scenarios):
        for connections in CONNECTIONS if whole else (_ELSEWHERE,):
            for measured in group:
                port = ports[measured.key]
                _sample(place, generator, port, measured, scenario, connections)


def _warm(place: Lab, generator: Child, port: int, measured: Site) -> None:
    where = place.where(measured)
    for scenario in (name for name in _SCENARIOS if name in scenarios.READS):
        requests = [r.told() for r in scenarios.READS[scenario](where)]
        generator.ask({"port": port, "requests": requests[:4], "connections": 1, "seconds": 0.0,
                       "least": 4, "once": False})  # fmt: skip


def _sample(
    place: Lab, generator: Child, port: int, measured: Site, scenario: str, connections: int
) -> None:
    where = place.where(measured)
    question = {"port": port, "connections": connections, "seconds": place.plan.http_seconds}
    if scenario in scenarios.READS:
        requests = [r.told() for r in scenarios.READS[scenario](where)]
        least = 2 * connections
        answer = generator.ask({**question, "requests": requests, "least": least, "once": False})
    elif measured.variant == "nova":
        return  # see bench.boot
    else:
        count = max(place.plan.writes, 2 * connections)
        with writes.requests(scenario, measured, where, count) as made:
            told = [r.told() for r in made]
            answer = generator.ask({**question, "requests": told, "least": count, "once": True})
    if answer["busy"] > _BUSY:
        place.results.note(
            f"The load generator was busy for {answer['busy']:.0%} of {measured.variant} "
            f"{scenario} at {connections} connections: the server may do more."
        )
    place.results.sample(lab.what(measured, scenario), answer, connections=connections)
