"""Where each microsecond of a request goes, part by part, with what is left over."""

from statistics import median

from bench import scenarios
from bench.lab import Lab
from bench.processes import Child
from bench.site import Site

_SCENARIOS = ("show", "detail20")
_COUNT = 60


def measure(place: Lab) -> None:
    """Measure the parts on SQLite, with Keystone's filter where that is measured at all.

    The whole is measured in a process of its own, without anything wrapped; the remainder is
    what the whole has beyond the parts.
    """
    asks_keystone = any(auth == "keystone" for _, auth in place.plan.pairs)
    auth = "keystone" if asks_keystone else "none"
    sites = [
        place.site(variant, "sqlite", "none" if variant == "floor" else auth)
        for variant in ("floor", "falcon", "pecan", "pecan-patched")
        if variant in place.plan.variants and place.is_available(variant)
    ]
    for number, measured in enumerate(sites, 1):
        place.say(f"Breakdown, {number} of {len(sites)}: {measured.variant}")
        wrapped = place.begin(measured, {"spans": True})
        try:
            plain = place.target(measured)
            wrapped.answer()
            for scenario in (name for name in _SCENARIOS if name in place.plan.scenarios):
                _break_down(place, measured, scenario, plain, wrapped)
            plain.stop()
        finally:
            wrapped.stop()


def _break_down(place: Lab, measured: Site, scenario: str, plain: Child, wrapped: Child) -> None:
    requests = [r.told() for r in scenarios.READS[scenario](place.where(measured))]
    wholes: list[float] = []
    parts: dict[str, list[float]] = {}
    for number in range(place.plan.rounds + 1):
        question = {"do": "repeat", "requests": requests, "seconds": 0.0, "least": _COUNT}
        whole = plain.ask(question)["wall_us"]
        found = wrapped.ask({"do": "break down", "requests": requests, "count": _COUNT})
        if number == 0:
            continue
        wholes.append(whole)
        for part, value in found.items():
            parts.setdefault(part, []).append(value)
    named = {part: median(values) for part, values in parts.items()}
    named["remainder"] = median(wholes) - sum(named.values())
    for part, value in named.items():
        place.results.breakdown.append({
            "variant": measured.variant, "scenario": scenario, "part": part,
            "us": round(value, 2),
        })  # fmt: skip
