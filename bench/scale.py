"""What a page of a list costs when there are many servers: the first page, and one far behind."""

import itertools

from bench import lab, rows, seed, site
from bench.lab import Lab
from bench.processes import Child
from bench.scenarios import Request, Where
from bench.site import Site

#: Database, variant, and how many servers.
_Key = tuple[str, str, int]

_VARIANTS = ("floor", "falcon", "pecan")
_LIMIT = 20
#: Pages far behind that are asked for in turn.
_DEEP = 50
_LEAST = 10
_NOTE = (
    "Pages among many servers: the time a request takes, called in process, the database's part "
    "included, as the median of the requests of a turn; a round has several turns."
)


def measure(place: Lab) -> None:
    """Measure pages with details in databases of two sizes, all in turn within each round."""
    targets: dict[_Key, Child] = {}
    try:
        for database in place.plan.scale_databases:
            targets |= _targets(place, database)
        place.results.note(_NOTE)
        for number in range(place.plan.rounds + 1):
            place.say(f"Scale, round {number} of {place.plan.rounds}" if number else "Warming up")
            _round(place, targets, counts=number > 0)
    finally:
        for target in targets.values():
            target.stop()


def _targets(place: Lab, database: str) -> dict[_Key, Child]:
    sites = {}
    urls = {n: _url(place, database, n) for n in (place.plan.small, place.plan.large)}
    # A variant's few and many servers come after each other: they are what is compared.
    for variant in (name for name in _VARIANTS if name in place.plan.variants):
        for count, url in urls.items():
            measured = Site(variant, f"{database}{count}", "none", url)
            if variant != "floor":
                measured = site.write(measured, place.folder)
            sites[database, variant, count] = measured
    started = place.targets(sites.values())
    return {key: started[measured.key] for key, measured in sites.items()}


def _url(place: Lab, database: str, count: int) -> str:
    """Return the URL of a database with so many servers, kept from run to run."""
    if database == "sqlite":
        return f"sqlite:///{seed.sqlite_file(place.cache, count, place.say)}"
    return place.cluster.url(place.cluster.seeded(count, place.say))


def pages(count: int) -> dict[str, list[Request]]:
    """Return the requests for the first page and for pages nine tenths down the list."""
    where = Where(site.plain_token(rows.PROJECT), "")
    path, limit = "/v2.1/servers/detail", f"limit={_LIMIT}"
    # The newest come first: what is far behind has a low number.
    far = (count // 10 + number * count // 1000 for number in range(_DEEP))
    deep = [f"{limit}&marker={rows.server_id(index)}" for index in far]
    return {
        "first page": [where.request(path, query=limit)],
        "deep page": [where.request(path, query=query) for query in deep],
    }


def _round(place: Lab, targets: dict[_Key, Child], counts: bool) -> None:
    asked = {count: pages(count) for count in (place.plan.small, place.plan.large)}
    figures: dict[tuple[_Key, str], list[float]] = {}
    # More turns than elsewhere: some per cent are at stake.
    for number in range(2 * place.plan.passes if counts else 1):
        ordered = lab.alternating([*targets.items()], number)
        for page, (key, target) in itertools.product(asked[place.plan.small], ordered):
            answer = target.ask({
                "do": "repeat",
                "requests": [request.told() for request in asked[key[2]][page]],
                "seconds": place.plan.cpu_seconds,
                "least": _LEAST if counts else _DEEP,
            })  # fmt: skip
            figures.setdefault((key, page), []).append(answer["wall_us"])
    for ((database, variant, count), page), values in figures.items() if counts else ():
        what = {"variant": variant, "database": database, "rows": count, "page": page}
        place.results.add("scale", what, [round(value, 1) for value in values])
