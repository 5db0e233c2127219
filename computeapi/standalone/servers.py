"""The servers and hosts in a cloud's database, for reports and for ssh.

They are read from the database, so that this works without a password and without the API.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from oslo_config import cfg

from computeapi import conf, db
from computeapi.db import Transaction
from computeapi.domain.operations import HistoryRequest, Operation, OperationState
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, ServerDetails, ServerFilters, actions
from computeapi.standalone.errors import CloudError
from computeapi.standalone.state import StateFolder

_MAX_SERVERS = 1000
_MAX_OPERATIONS = 1000


@contextmanager
def _reading(state: StateFolder) -> Iterator[tuple[Transaction, cfg.ConfigOpts]]:
    # Closed at once: when the last one closes, SQLite removes files of its own, and that
    # must not be while another command removes the folder.
    options = conf.load([str(state.compute_conf)])
    database = db.connect(options)
    try:
        with database.read() as transaction:
            yield transaction, options
    finally:
        database.close()


def listed(state: StateFolder) -> Sequence[ServerDetails]:
    """Return the live servers of all projects."""
    with _reading(state) as (transaction, _):
        return transaction.servers.list(
            ServerFilters(ALL_PROJECTS), PageRequest(limit=_MAX_SERVERS)
        ).items


def system(state: StateFolder, server_id: str) -> str:
    """Return a name for the system that runs on a server: rebuilds and rescues bring others."""
    with _reading(state) as (transaction, _):
        page = HistoryRequest(limit=_MAX_OPERATIONS)
        return system_of(server_id, transaction.operations.history(server_id, page).items)


def system_of(server_id: str, operations: Sequence[Operation]) -> str:
    """Return a name for the system that runs on a server.

    :param operations: those on the server, newest first.
    """
    ended = [o for o in operations if o.state == OperationState.DONE]
    names = [o.action for o in ended if o.action in (actions.RESCUE.name, actions.UNRESCUE.name)]
    is_rescued = names[:1] == [actions.RESCUE.name]
    wanted = actions.RESCUE.name if is_rescued else actions.REBUILD.name
    newest = next((o for o in ended if o.action == wanted), None)
    return f"{server_id}-{newest.id}" if newest else server_id


def worker_probe(state: StateFolder, host: str) -> Callable[[], bool]:
    """Return a function that tells whether a worker of the host reported itself since this call."""

    def began() -> datetime | None:
        with _reading(state) as (transaction, _):
            row = transaction.hosts.get(host)
            return row.started_at if row else None

    before = began()
    return lambda: began() != before


def worker_alive(state: StateFolder, host: str) -> bool:
    """Return whether the host's worker gave a sign of life lately."""
    with _reading(state) as (transaction, options):
        row = transaction.hosts.get(host)
        late = 3 * options.worker.heartbeat_interval
        return row is not None and row.is_up(transaction.now(), late)


def one(servers: Sequence[ServerDetails], name_or_id: str) -> ServerDetails:
    """Return the server of that id or name.

    :raises CloudError: when there is none, or more than one, or no way to reach it.
    """
    matching = [s for s in servers if name_or_id in (s.id, s.name)]
    if not matching:
        raise CloudError(f"There is no server {name_or_id}: computeapi status lists them.")
    if len(matching) > 1:
        ids = ", ".join(s.id for s in matching)
        raise CloudError(f"{len(matching)} servers are called {name_or_id}; give an id: {ids}.")
    address_of(matching[0])
    return matching[0]


def address_of(server: ServerDetails) -> tuple[str, int]:
    """Return the address and the port at which a server's ssh server is reached from here.

    It is a port of this host or, where Neutron has the networks, a floating IP of the server.

    :raises CloudError: when there is none.
    """
    if server.ssh_port is not None:
        return "127.0.0.1", server.ssh_port
    if server.interfaces is None:
        raise CloudError(f"Server {server.name} has no port for ssh: is it running, and not faked?")
    for shown in (one for addresses in server.addresses.values() for one in addresses):
        if shown["type"] == "floating":
            return str(shown["addr"]), 22
    raise CloudError(
        f"Server {server.name} is reached by a floating IP: give it one (openstack floating ip"
        " create, openstack server add floating ip), and a security group rule for port 22."
    )
