"""The time of a request by the part that uses it, with the remainder."""

from collections.abc import Mapping, Sequence

from bench import scenarios
from bench.lab import Lab
from bench.site import Site
from testing.programs import Child

_SCENARIOS = ("show", "detail20")
#: Turns for each round, but in a quick run.
_TURNS = 3


def measure(place: Lab) -> None:
    """Measure the parts on SQLite, with Keystone's filter where that is measured at all.

    See :func:`bench.spans.measure` for what the remainder is.
    """
    asks_keystone = any(auth == "keystone" for _, auth in place.plan.pairs)
    auth = "keystone" if asks_keystone else "none"
    sites = [
        place.site(variant, "sqlite", "none" if variant == "floor" else auth)
        for variant in ("floor", "falcon", "pecan")
        if variant in place.plan.variants
    ]
    place.say("Breakdown")
    with place.targets(sites, {"spans": True}) as started:
        targets = [(measured, started[measured.key]) for measured in sites]
        for scenario in (name for name in _SCENARIOS if name in place.plan.scenarios):
            _break_down(place, targets, scenario)


def _break_down(place: Lab, targets: list[tuple[Site, Child]], scenario: str) -> None:
    """Break requests down, in turns."""
    found: dict[str, list[dict[str, float]]] = {one.variant: [] for one, _ in targets}
    turns = place.plan.rounds * (1 if place.plan.quick else _TURNS)
    # The first turn warms up.
    for turn in range(turns + 1):
        for measured, target in targets:
            requests = [r.as_dict() for r in scenarios.READS[scenario](place.where(measured))]
            count = place.plan.broken_down
            question = {"do": "break down", "requests": requests, "count": count}
            parts = target.ask(question)
            if turn:
                found[measured.variant].append(parts)
    for variant, taken in found.items():
        for part, spent in least(taken).items():
            place.results.breakdown.append({
                "variant": variant, "scenario": scenario, "part": part, "us": round(spent, 2),
            })  # fmt: skip


def least(turns: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the parts of the turn in which they took least, and the remainder of the least whole.

    Each was measured when the machine was fast. Of one turn, the whole may have been, and the
    parts not, as they are of different calls: it would seem to be less than their sum.
    """
    whole = min(sum(turn.values()) for turn in turns)
    timed = [{part: us for part, us in turn.items() if part != "remainder"} for turn in turns]
    parts = min(timed, key=lambda turn: sum(turn.values()))
    return {**parts, "remainder": whole - sum(parts.values())}
