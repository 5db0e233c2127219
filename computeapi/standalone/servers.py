"""The servers and hosts in a cloud's database, for reports and for ssh.

It is read past the API, so that no password is asked for and none has to run.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from oslo_config import cfg

from computeapi import conf, db
from computeapi.db import Transaction
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, Server, ServerFilters
from computeapi.standalone.errors import CloudError
from computeapi.standalone.state import StateFolder

_MAX_SERVERS = 1000


@contextmanager
def _reading(state: StateFolder) -> Iterator[tuple[Transaction, cfg.ConfigOpts]]:
    # Closed at once: when the last one closes, SQLite removes files of its own, and that
    # must not be while somebody else removes the folder.
    options = conf.load([str(state.compute_conf)])
    database = db.connect(options)
    try:
        with database.read() as transaction:
            yield transaction, options
    finally:
        database.close()


def listed(state: StateFolder) -> Sequence[Server]:
    """Return the live servers of all projects."""
    with _reading(state) as (transaction, _):
        return transaction.servers.list(
            ServerFilters(ALL_PROJECTS), PageRequest(limit=_MAX_SERVERS)
        ).items


def worker_probe(state: StateFolder, host: str) -> Callable[[], bool]:
    """Return what tells whether a worker of the host reported itself since this call."""

    def began() -> datetime | None:
        with _reading(state) as (transaction, _):
            found = transaction.hosts.get(host)
            return found.started_at if found else None

    before = began()
    return lambda: began() != before


def worker_alive(state: StateFolder, host: str) -> bool:
    """Return whether the host's worker gave a sign of life lately."""
    with _reading(state) as (transaction, options):
        found = transaction.hosts.get(host)
        late = 3 * options.worker.heartbeat_interval
        return found is not None and found.is_up(transaction.now(), late)


def one(servers: Sequence[Server], wanted: str) -> Server:
    """Return the server of that id or name.

    :raises CloudError: when there is none, or more than one, or no way to reach it.
    """
    found = [s for s in servers if wanted in (s.id, s.name)]
    if not found:
        raise CloudError(f"There is no server {wanted}: computeapi status lists them.")
    if len(found) > 1:
        ids = ", ".join(s.id for s in found)
        raise CloudError(f"{len(found)} servers are called {wanted}; give an id: {ids}.")
    if found[0].ssh_port is None:
        raise CloudError(f"Server {wanted} has no port for ssh: is it running, and not faked?")
    return found[0]
