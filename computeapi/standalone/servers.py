"""What a cloud's database says of its servers and hosts: for people and for ssh.

It is read past the API, so that no password is asked for and none has to run.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from computeapi import conf, db
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import Server, ServerFilters
from computeapi.standalone.errors import CloudError
from computeapi.standalone.state import StateFolder

MOST = 1000


def listed(state: StateFolder) -> Sequence[Server]:
    """Return the live servers of all projects."""
    with db.connect(conf.load([str(state.compute_conf)])).read() as transaction:
        return transaction.servers.list(ServerFilters(), PageRequest(limit=MOST)).items


def worker_probe(state: StateFolder, host: str) -> Callable[[], bool]:
    """Return what tells whether a worker of the host reported itself since this call."""
    database = db.connect(conf.load([str(state.compute_conf)]))

    def began() -> datetime | None:
        with database.read() as transaction:
            found = transaction.hosts.get(host)
            return found.started_at if found else None

    before = began()
    return lambda: began() != before


def worker_alive(state: StateFolder, host: str) -> bool:
    """Tell whether the host's worker gave a sign of life lately."""
    options = conf.load([str(state.compute_conf)])
    with db.connect(options).read() as transaction:
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
