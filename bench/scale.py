"""Whether requests take longer the more servers there are: pages of a list, and accepted boots."""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bench import lab, rows, site, writes
from bench.lab import Lab
from bench.scenarios import Request, Where
from bench.site import Site
from testing.programs import Child

_LIMIT = 20
#: Pages far down the list that are asked for in turn.
_DEEP = 50
_LEAST = 10


class _Case(NamedTuple):
    """A variant over a database with so many servers."""

    database: str
    variant: str
    rows: int


class _Kind(NamedTuple):
    """Requests that are measured in several sizes of a database.

    :ivar time: returns the median time of a request, µs.
    :ivar url: returns the URL of a database of a size.
    """

    names: Sequence[str]
    variants: Sequence[str]
    sizes: Sequence[int]
    time: Callable[[Lab, _Case, Site, Child, str], float]
    url: Callable[[str, int], str]


def measure(place: Lab) -> None:
    """Measure pages and boots in databases of several sizes, in turn within each round."""
    plan = place.plan
    for kind in (
        _Kind(("first page", "deep page"), ("floor", "falcon", "pecan"),
              (plan.small, plan.large), _page, place.kept),
        _Kind(("accepted boot",), ("falcon", "pecan"), plan.boots, _boot, place.copy),
    ):  # fmt: skip
        _compare(place, kind)


def _compare(place: Lab, kind: _Kind) -> None:
    """Measure all cases in turn, and keep their times."""
    cases: dict[_Case, Site] = {}
    for database in place.plan.scale_databases:
        urls = {count: kind.url(database, count) for count in kind.sizes}
        for variant in (name for name in kind.variants if name in place.plan.variants):
            # A variant's few and many servers come after each other, as they are compared.
            for count in kind.sizes:
                key = f"{database}{count}{kind.names[0][:5]}"
                plain = Site(variant, key, "none", urls[count])
                made = plain if variant == "floor" else site.write(plain, place.folder)
                cases[_Case(database, variant, count)] = made
    with place.targets(cases.values()) as targets:
        for number in range(place.plan.rounds + 1):
            place.say(f"Scale, {kind.names[-1]}, round {number} of {place.plan.rounds}")
            # More turns of pages than elsewhere: some per cent are at stake. Round 0 warms up.
            turns = place.plan.passes * (2 if kind.time is _page else 1) if number else 1
            for (case, name), values in _round(place, kind, cases, targets, turns).items():
                if number:
                    what = {"variant": case.variant, "database": case.database, "rows": case.rows}
                    place.results.add("scale", {**what, "page": name}, values)


def _round(
    place: Lab, kind: _Kind, cases: dict[_Case, Site], targets: dict[str, Child], turns: int
) -> dict[tuple[_Case, str], list[float]]:
    figures: dict[tuple[_Case, str], list[float]] = {}
    for number in range(turns):
        ordered = lab.alternating([*cases.items()], number)
        for name, (case, measured) in itertools.product(kind.names, ordered):
            us = kind.time(place, case, measured, targets[measured.key], name)
            figures.setdefault((case, name), []).append(round(us, 1))
    return figures


def _page(place: Lab, case: _Case, measured: Site, target: Child, name: str) -> float:
    answer = target.ask({
        "do": "repeat",
        "requests": [request.as_dict() for request in pages(case.rows)[name]],
        "seconds": place.plan.cpu_seconds,
        "least": _LEAST,
    })  # fmt: skip
    return float(answer["wall_us"])


def _boot(place: Lab, case: _Case, measured: Site, target: Child, name: str) -> float:
    with writes.requests("boot", measured, place.where(measured), place.plan.writes) as made:
        answer = target.ask({"do": "once", "requests": [request.as_dict() for request in made]})
    return float(answer["wall_us"])


def pages(count: int) -> dict[str, list[Request]]:
    """Return the requests for the first page and for pages nine tenths down the list."""
    where = Where(site.plain_token(rows.PROJECT), "")
    path, limit = "/v2.1/servers/detail", f"limit={_LIMIT}"
    # The newest come first: servers far down the list have low numbers.
    far = (count // 10 + number * count // 1000 for number in range(_DEEP))
    deep = [f"{limit}&marker={rows.server_id(index)}" for index in far]
    return {
        "first page": [where.request(path, query=limit)],
        "deep page": [where.request(path, query=query) for query in deep],
    }
