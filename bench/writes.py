"""Boots and deletes: the requests that change rows, and the cleaning up after them."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench import rows, scenarios
from bench.scenarios import Request, Where
from bench.seed import Rows
from bench.site import BOOTING_PROJECT, Site

#: Beyond every server of a seed.
_FIRST = 100_000_000


@contextmanager
def requests(scenario: str, measured: Site, where: Where, count: int) -> Iterator[list[Request]]:
    """Give so many requests that boot or delete; afterwards their project is empty again.

    To be deleted there are rows of ACTIVE servers, put there past the service.
    """
    with Rows(measured.url) as kept:
        try:
            if scenario == "boot":
                yield [scenarios.boot(where)] * count
            else:
                kept.add("servers", rows.servers(_FIRST, count, BOOTING_PROJECT))
                kept.add("claims", rows.claims(_FIRST, count))
                yield [
                    scenarios.delete(where, rows.server_id(index))
                    for index in range(_FIRST, _FIRST + count)
                ]
        finally:
            kept.delete_claims(BOOTING_PROJECT)
            for table in ("servers", "operations"):
                kept.delete(table, "project_id", BOOTING_PROJECT)
