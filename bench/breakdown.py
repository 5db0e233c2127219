"""Where each microsecond of a request goes, part by part, with what is left over."""

from statistics import median

from bench import scenarios
from bench.lab import Lab
from bench.processes import Child
from bench.site import Site

_SCENARIOS = ("show", "detail20")
_COUNT = 100


def measure(place: Lab) -> None:
    """Measure the parts on SQLite, with Keystone's filter where that is measured at all.

    See :func:`bench.spans.measure` for what the remainder is.
    """
    asks_keystone = any(auth == "keystone" for _, auth in place.plan.pairs)
    auth = "keystone" if asks_keystone else "none"
    sites = [
        place.site(variant, "sqlite", "none" if variant == "floor" else auth)
        for variant in ("floor", "falcon", "pecan", "pecan-stock")
        if variant in place.plan.variants
    ]
    for number, measured in enumerate(sites, 1):
        place.say(f"Breakdown, {number} of {len(sites)}: {measured.variant}")
        target = place.begin(measured, {"spans": True})
        try:
            target.answer()
            for scenario in (name for name in _SCENARIOS if name in place.plan.scenarios):
                _break_down(place, measured, scenario, target)
        finally:
            target.stop()


def _break_down(place: Lab, measured: Site, scenario: str, target: Child) -> None:
    requests = [r.told() for r in scenarios.READS[scenario](place.where(measured))]
    question = {"do": "break down", "requests": requests, "count": _COUNT}
    found = [target.ask(question) for _ in range(place.plan.rounds + 1)]
    for part in found[0]:
        # The first round warms up.
        value = median(one[part] for one in found[1:])
        place.results.breakdown.append({
            "variant": measured.variant, "scenario": scenario, "part": part,
            "us": round(value, 2),
        })  # fmt: skip
