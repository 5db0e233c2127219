"""Boots and deletes: the requests that change rows, and the cleaning up after them."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench import rows, scenarios, seed
from bench.scenarios import Request, Where
from bench.site import BOOTING_PROJECT, Site

#: Beyond every server of a seed.
_FIRST = 100_000_000


@contextmanager
def requests(scenario: str, measured: Site, where: Where, count: int) -> Iterator[list[Request]]:
    """Give so many requests that boot or delete; afterwards their project is empty again.

    To be deleted there are rows of ACTIVE servers, put there past the service.
    """
    try:
        if scenario == "boot":
            yield [scenarios.boot(where)] * count
            return
        with seed.writing(measured.url) as connection:
            seed.add_servers(connection, _FIRST, count, BOOTING_PROJECT)
        ids = map(rows.server_id, range(_FIRST, _FIRST + count))
        yield [scenarios.delete(where, server_id) for server_id in ids]
    finally:
        with seed.writing(measured.url) as connection:
            seed.remove_servers(connection, BOOTING_PROJECT)
