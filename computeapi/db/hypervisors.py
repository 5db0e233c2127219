"""Hypervisors, as columns of the hosts' rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from computeapi.db.prepared import Prepared
from computeapi.db.services import SERVICE, service_of
from computeapi.db.session import Session
from computeapi.db.tables import DETAILS, hosts, servers
from computeapi.domain.hosts import HostDetails
from computeapi.domain.hypervisors import Hypervisor
from computeapi.ports.hypervisors import HypervisorRepository

_FACTS = 1 + len(DETAILS)


def _hypervisor(*row: Any) -> Hypervisor:
    uuid, *details = row[:_FACTS]
    return Hypervisor(uuid, service_of(*row[_FACTS:]), HostDetails(*details))


_LIST = Prepared(
    sa.select(hosts.c.hypervisor_uuid, *DETAILS, *SERVICE).order_by(hosts.c.number), _hypervisor
)
_LIVE = sa.and_(servers.c.deleted == sa.false(), servers.c.host.is_not(None))
_WORKLOAD = (
    sa.select(servers.c.host, sa.func.count())
    .where(_LIVE, servers.c.task_state.is_not(None))
    .group_by(servers.c.host)
)
_SERVERS = (
    sa.select(servers.c.host, servers.c.id, servers.c.name)
    .where(_LIVE)
    .order_by(servers.c.created_at, servers.c.id)
)


class Hypervisors(HypervisorRepository):
    """The repository of hypervisors."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> Sequence[Hypervisor]:
        """Return all hypervisors by their number."""
        return self._session.objects(_LIST, {})

    def workload(self) -> Mapping[str, int]:
        """Count the servers of each host that have an operation under way."""
        return {row[0]: row[1] for row in self._session.execute(_WORKLOAD).all()}

    def servers(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return id and name of the servers of each host, oldest first."""
        found: dict[str, list[tuple[str, str]]] = {}
        for host, server_id, name in self._session.execute(_SERVERS).all():
            found.setdefault(host, []).append((server_id, name))
        return found
