"""The compute services of hosts, as columns of the hosts' rows."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import HOST, hosts
from computeapi.domain.hosts import Host
from computeapi.domain.services import Service
from computeapi.ports.services import ServiceRepository

#: The columns of a service, those of its host first.
SERVICE = (*HOST, hosts.c.number, hosts.c.service_uuid, hosts.c.disabled_reason)


def service_of(*row: Any) -> Service:
    """Make a service of the values of :data:`SERVICE`."""
    return Service(Host(*row[: len(HOST)]), *row[len(HOST) :])


_LIST = Prepared(sa.select(*SERVICE).order_by(hosts.c.number), service_of)
_DECISIONS = ("enabled", "disabled_reason", "forced_down")
_SAVE = (
    sa.update(hosts)
    .where(hosts.c.name == sa.bindparam("host_name"))
    .values({name: sa.bindparam(name) for name in _DECISIONS})
)


class Services(ServiceRepository):
    """The repository of compute services."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> Sequence[Service]:
        """Return all services by their number."""
        return self._session.objects(_LIST, {})

    def save(self, service: Service) -> None:
        """Keep the decisions of administrators: enabled or not, the reason, and forced down."""
        row = {
            "host_name": service.host.name,
            "enabled": service.host.enabled,
            "disabled_reason": service.disabled_reason,
            "forced_down": service.host.forced_down,
        }
        self._session.execute(_SAVE, row)
