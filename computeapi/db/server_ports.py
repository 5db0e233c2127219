"""The ports of servers as rows."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from computeapi.db.session import Session
from computeapi.db.tables import SERVER_PORT, server_ports, servers
from computeapi.domain.server_ports import BoundPort, ServerPort
from computeapi.ports.server_ports import ServerPortRepository

_C = server_ports.c
_NAMES = tuple(field.name for field in fields(ServerPort))
_IS_SERVER = _C.server_id == sa.bindparam("server")
_ALL = sa.select(*SERVER_PORT).order_by(_C.server_id, _C.position, _C.id)
_OF_SERVER = _ALL.where(_IS_SERVER)
_IS_LIVE_ON_HOST = sa.exists().where(
    servers.c.id == _C.server_id,
    servers.c.deleted == sa.false(),
    servers.c.host == sa.bindparam("host_name"),
)
_OF_HOST = _ALL.where(_IS_LIVE_ON_HOST)
_STALE_ON = (
    sa.select(_C.server_id)
    .where(_C.is_stale == sa.true(), _IS_LIVE_ON_HOST)
    .distinct()
    .order_by(_C.server_id)
)
_ABANDONED = (
    sa.select(_C.server_id)
    .where(~sa.exists().where(servers.c.id == _C.server_id, servers.c.deleted == sa.false()))
    .distinct()
    .order_by(_C.server_id)
)
_ADD = sa.insert(server_ports)
_KEEP = (
    sa.update(server_ports)
    .where(
        _C.id == sa.bindparam("row"),
        sa.or_(_C.port_id.is_(None), _C.port_id == sa.bindparam("port")),
    )
    .values(port_id=sa.bindparam("port"), bound=sa.bindparam("seen"), is_stale=False)
)
_KEEP_GONE = (
    sa.update(server_ports)
    .where(_C.id == sa.bindparam("row"), _C.port_id == sa.bindparam("port"))
    .values(bound=None, is_stale=sa.bindparam("stale"))
)
_STALE = sa.update(server_ports).where(_IS_SERVER).values(is_stale=True)
_STALE_ONE = _STALE.where(_C.port_id == sa.bindparam("port"))
_REMOVE = sa.delete(server_ports).where(_C.id == sa.bindparam("row"))
_REMOVE_OF = sa.delete(server_ports).where(_IS_SERVER)


class ServerPorts(ServerPortRepository):
    """The repository of the ports of servers."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, port: ServerPort) -> None:
        """Keep a new port."""
        self._session.execute(_ADD, {name: getattr(port, name) for name in _NAMES})

    def of_server(self, server_id: str) -> Sequence[ServerPort]:
        """Return the ports of a server, in the order in which its guest has them."""
        return self._found(_OF_SERVER, server=server_id)

    def of_host(self, host: str) -> Sequence[ServerPort]:
        """Return the ports of the live servers of a host."""
        return self._found(_OF_HOST, host_name=host)

    def keep_bound(self, port: ServerPort, bound: BoundPort) -> bool:
        """Record how a port is bound; return whether its row is there, and has no other port."""
        names = {"row": port.id, "port": bound.port_id, "seen": bound}
        return self._session.execute(_KEEP, names).rowcount == 1

    def keep_gone(self, port: ServerPort, is_stale: bool) -> bool:
        """Record that the network service has no such port; return whether its row is there."""
        names = {"row": port.id, "port": port.port_id, "stale": is_stale}
        return self._session.execute(_KEEP_GONE, names).rowcount == 1

    def mark_stale(self, server_id: str, port_id: str | None = None) -> bool:
        """Record that ports of a server have changed; return whether it has such ports."""
        if port_id is None:
            return self._session.execute(_STALE, {"server": server_id}).rowcount > 0
        names = {"server": server_id, "port": port_id}
        return self._session.execute(_STALE_ONE, names).rowcount > 0

    def stale_on(self, host: str) -> Sequence[str]:
        """Return the ids of the live servers of a host that have stale ports."""
        return list(self._session.execute(_STALE_ON, {"host_name": host}).scalars())

    def abandoned(self) -> Sequence[str]:
        """Return the ids of deleted servers whose ports are not released yet."""
        return list(self._session.execute(_ABANDONED).scalars())

    def remove(self, port: ServerPort) -> None:
        """Forget a port."""
        self._session.execute(_REMOVE, {"row": port.id})

    def remove_of(self, server_id: str) -> None:
        """Forget the ports of a server."""
        self._session.execute(_REMOVE_OF, {"server": server_id})

    def _found(self, statement: sa.Select[Any], **names: str) -> list[ServerPort]:
        return [ServerPort(*row) for row in self._session.execute(statement, names).all()]
