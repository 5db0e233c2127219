"""The ports of the servers of a host: made, bound, released and kept up to date.

A port that a server is to get is a row before it is made, and its row goes after it. A worker may
die at any point between: the next attempt finds what there is.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from computeapi.domain.errors import Error, NotFound
from computeapi.domain.operations import HistoryRequest
from computeapi.domain.server_ports import (
    BoundPort,
    MadePort,
    ServerPort,
    addresses_of,
    interfaces_of,
)
from computeapi.domain.servers import Server, attaching
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.database import Database, Transaction
from computeapi.ports.port_binding import PortBinding
from computeapi.worker import own_operations
from computeapi.worker.errands import Errand

LOG = logging.getLogger(__name__)
#: After it, a guest that kept a network card is asked for it again.
_PATIENCE = timedelta(hours=1)


class Ports:
    """Binds and releases the ports of servers.

    :param host: this worker's host.
    """

    def __init__(self, db: Database, binding: PortBinding, host: str) -> None:
        self._db = db
        self._binding = binding
        self._host = host

    def bind_new(self, server: Server, checkpoint: Checkpoint, row_id: str | None = None) -> Server:
        """Make the ports that a server is to get, and bind them to this host.

        :param row_id: of the one port that it is to get; None for all.
        :returns: the server with its network cards.
        :raises computeapi.domain.errors.Error: when a port cannot be had.
        """
        for port in self._of(server.id):
            if row_id in (None, port.id):
                checkpoint()
                self._keep(port, self._binding.bind(server, port, self._host))
        checkpoint()
        return self._with_interfaces(server)

    def bind_again(self, server: Server, checkpoint: Checkpoint) -> Server:
        """Bind the ports that a server has to this host; it no longer shows those that are gone.

        :returns: the server with its network cards.
        :raises computeapi.domain.errors.Error: when a port cannot be bound.
        """
        for port in self._of(server.id):
            checkpoint()
            try:
                bound = self._binding.bind(server, port, self._host)
            except NotFound:
                self._lose(port)
            else:
                self._keep(port, bound)
        checkpoint()
        return self._with_interfaces(server)

    def release(self, server: Server) -> None:
        """Remove the ports that were made for a server, and unbind those that a user made."""
        if server.interfaces is None:
            return
        self._binding.release(server.id, self._of(server.id))
        with self._db.write() as tx:
            tx.server_ports.remove_of(server.id)
            _show(tx, server.id)

    def port_id(self, server_id: str, row_id: str) -> str | None:
        """Return the port of a row; None when there is none yet, or the row is gone."""
        return next((port.port_id for port in self._of(server_id) if port.id == row_id), None)

    def row_of(self, server_id: str, port_id: str) -> str | None:
        """Return the id of the row of a port; None when the server does not have it."""
        return next((port.id for port in self._of(server_id) if port.port_id == port_id), None)

    def release_row(self, server_id: str, row_id: str) -> None:
        """Remove or unbind the port of one row, and delete the row."""
        for port in self._of(server_id):
            if port.id == row_id:
                self._binding.release_one(port)
                with self._db.write() as tx:
                    tx.server_ports.remove(port)
                    _show(tx, server_id)

    def unbind(self, server: Server) -> None:
        """Take the ports of a server off this host; they stay with the server."""
        if server.interfaces is not None:
            self._binding.unbind(self._of(server.id))

    def refresh(self, ports: Sequence[ServerPort]) -> None:
        """Read ports again, and record their changes."""
        found = self._binding.describe(ports)
        changed = [port for port in ports if self._differs(port, found.get(port.id))]
        for port in changed:
            self._keep(port, found[port.id])
        for port in ports:
            if port.port_id is not None and port.id not in found:
                self._lose(port)

    def refresh_stale(self) -> None:
        """Read the ports of this host's servers again that events concern."""
        with self._db.read() as tx:
            ids = tx.server_ports.stale_on(self._host)
            stale = [port for server_id in ids for port in self._readable(tx, server_id)]
        if any(port.is_stale for port in stale):
            self.refresh(stale)

    def refresh_all(self) -> None:
        """Read the ports of all servers of this host again."""
        with self._db.read() as tx:
            ports = tx.server_ports.of_host(self._host)
        self.refresh([port for port in ports if port.port_id])

    def release_abandoned(self) -> None:
        """Release the ports of deleted servers."""
        with self._db.read() as tx:
            abandoned = {server_id: _of(tx, server_id) for server_id in tx.server_ports.abandoned()}
        for server_id, ports in abandoned.items():
            self._binding.release(server_id, ports)
            with self._db.write() as tx:
                tx.server_ports.remove_of(server_id)
            LOG.info("The ports of server %s, which is deleted, are released", server_id)

    def release_strays(self) -> None:
        """Remove ports that were made on this host and that no server has.

        A network service may carry out a request to make a port after the worker has given it up,
        or has died: the port's server has another one by then, or is deleted.
        """
        for made in self._binding.made_on(self._host):
            if self._is_stray(made):
                LOG.warning(
                    "Port %s of server %s is a stray: removing", made.port_id, made.server_id
                )
                self._binding.remove(made.port_id)

    def _is_stray(self, made: MadePort) -> bool:
        """Return whether a port is that of no row.

        A port of an unknown server means another or an emptied database more likely than a port
        that is of no use: it stays. The order matters: an unfinished operation may have made a
        port that is in no row yet; when it has ended, the port is in its row.
        """
        with self._db.read() as tx:
            server = tx.servers.get_any(made.server_id)
            if server is None or server.deleted:
                return server is not None
            if tx.operations.unfinished(server.id):
                return False
            return made.port_id not in {port.port_id for port in _of(tx, server.id)}

    def _keep(self, port: ServerPort, bound: BoundPort) -> None:
        """Record how a port is bound.

        :raises Error: when its server does not want it any more; it is removed then.
        """
        with self._db.write() as tx:
            kept = tx.server_ports.keep_bound(port, bound)
            if kept:
                _show(tx, port.server_id)
        if not kept:
            self._binding.release_one(replace(port, port_id=bound.port_id))
            raise Error(f"Port {bound.port_id} is no longer needed by server {port.server_id}.")

    def _readable(self, tx: Transaction, server_id: str) -> Sequence[ServerPort]:
        """Return the ports of a server that are worth a look.

        Those that are gone wait until the server can lose their network cards.
        """
        server = tx.servers.get(server_id)
        may_lose = server is not None and self._may_lose(tx, server)
        ports = [port for port in _of(tx, server_id) if port.port_id is not None]
        return [port for port in ports if may_lose or port.bound is not None]

    def _may_lose(self, tx: Transaction, server: Server) -> bool:
        """Return whether a server has a guest here that can lose a network card, and is idle."""
        return (
            server.host == self._host
            and server.allows(attaching.LOSE_INTERFACE)
            and not tx.operations.unfinished(server.id)
        )

    def _lose(self, port: ServerPort) -> None:
        """Record that a port is gone; the guest loses its network card as soon as it is idle.

        A network service that does not show the network either is more likely one that must not,
        or an emptied one, than one whose ports were all removed: guests keep their cards, unless
        an event told of the port. A card that the guest did not let go of is asked for again.
        """
        is_new = port.is_stale or port.bound is not None
        is_known = port.is_stale or self._binding.has_network(port.network_id)
        if not (is_new or is_known):
            return
        with self._db.write() as tx:
            server = tx.servers.get(port.server_id, lock=True)
            if server is None or not (is_new or self._may_ask_again(tx, server)):
                return
            loses = is_known and self._may_lose(tx, server)
            is_there = tx.server_ports.keep_gone(port, is_stale=is_known and not loses)
            if loses and is_there:
                params: dict[str, object] = {"port_id": port.port_id}
                own_operations.queue(tx, server, attaching.LOSE_INTERFACE, params=params)
            _show(tx, port.server_id)
        LOG.warning("Port %s of server %s is gone", port.port_id, port.server_id)

    @staticmethod
    def _may_ask_again(tx: Transaction, server: Server) -> bool:
        """Return whether a guest may let go of a network card now that it has kept before.

        It may when something else was done to it, or after a while.
        """
        for last in tx.operations.history(server.id, HistoryRequest(limit=1)).items:
            if last.finished_at is None:
                return False
            has_changed = last.action != attaching.DETACH_INTERFACE.name
            return has_changed or tx.now() - last.finished_at >= _PATIENCE
        return True

    @staticmethod
    def _differs(port: ServerPort, bound: BoundPort | None) -> bool:
        return bound is not None and (port.is_stale or bound != port.bound)

    def _of(self, server_id: str) -> Sequence[ServerPort]:
        with self._db.read() as tx:
            return _of(tx, server_id)

    def _with_interfaces(self, server: Server) -> Server:
        ports = self._of(server.id)
        return replace(server, interfaces=interfaces_of(ports), addresses=addresses_of(ports))


class PortErrand(Errand):
    """The thread that updates and removes ports: at once after an event, and at intervals.

    :param may_look: return whether the host is still this worker's.
    :param interval: seconds between two looks at what no event tells.
    :param poll_interval: seconds between two looks at the database.
    """

    def __init__(
        self,
        ports: Ports,
        may_look: Callable[[], bool],
        clock: Callable[[], float],
        interval: float,
        poll_interval: float,
    ) -> None:
        super().__init__("look after ports", poll_interval)
        self._ports = ports
        self._may_look = may_look
        self._clock = clock
        self._interval = interval
        self._due = clock()

    def look(self) -> None:
        """Release the ports that deleted servers left, and note the changes of others.

        :raises computeapi.domain.errors.Unavailable: when a service does not answer.
        """
        if not self._may_look():
            return
        self._ports.release_abandoned()
        self._ports.refresh_stale()
        if self._clock() >= self._due:
            self._ports.release_strays()
            self._ports.refresh_all()
            self._due = self._clock() + self._interval


def _of(tx: Transaction, server_id: str) -> Sequence[ServerPort]:
    return tx.server_ports.of_server(server_id)


def _show(tx: Transaction, server_id: str) -> None:
    """Show the ports of a server in its row, unless it is deleted."""
    server = tx.servers.get(server_id, lock=True)
    if server is None:
        return
    ports = _of(tx, server_id)
    server.interfaces, server.addresses = interfaces_of(ports), addresses_of(ports)
    tx.servers.save(server)
