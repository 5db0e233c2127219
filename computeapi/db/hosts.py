"""Hosts as rows."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from computeapi.db.prepared import Prepared
from computeapi.db.servers import counted
from computeapi.db.session import Session
from computeapi.db.tables import DETAILS, HOST, USED, aggregate_hosts, claims, hosts, wanted_images
from computeapi.domain.host_owners import HostOwner
from computeapi.domain.hosts import NO_DETAILS, Host, HostDetails, Usage
from computeapi.ports.hosts import HostRepository

_IS_NAME = hosts.c.name == sa.bindparam("host_name")
_LIST = Prepared(sa.select(*HOST).order_by(hosts.c.name), Host)
_LIST_LOCKED = Prepared(_LIST.statement.with_for_update(), Host)
_GET = Prepared(sa.select(*HOST).where(_IS_NAME), Host)
_DETAILS = sa.select(*DETAILS).where(_IS_NAME)
#: The columns that no report changes: administrators decide on them.
_ADMINISTERED = ("name", "availability_zone", "enabled", "forced_down")
_ADD = sa.insert(hosts)
_CHANGE = (
    sa.update(hosts)
    .where(_IS_NAME)
    .values(
        {c.name: sa.bindparam(c.name) for c in (*HOST, *DETAILS) if c.name not in _ADMINISTERED}
    )
)
# A locking read sees the newest rows on each kind of database; an aggregate could not lock.
_LAST_NUMBER = sa.select(hosts.c.number).order_by(hosts.c.number.desc()).limit(1).with_for_update()
_SET_ZONE = sa.update(hosts).where(_IS_NAME).values(availability_zone=sa.bindparam("zone"))
_OWNER = (hosts.c.owner_folder, hosts.c.owner_place, hosts.c.owner_worker)
_GET_OWNER = sa.select(*_OWNER).where(_IS_NAME).with_for_update()
_SET_OWNER = sa.update(hosts).where(_IS_NAME).values({c.name: sa.bindparam(c.name) for c in _OWNER})


def _host_usage(host: str, *sums: Any) -> tuple[str, Usage]:
    return host, counted(*sums)


_TOTALS = (
    sa.func.count(),
    *(
        sa.func.coalesce(sa.func.sum(claims.c[name]), 0)
        for name in ("vcpus", "memory_mb", "disk_gb")
    ),
)
_USAGE = Prepared(sa.select(claims.c.host, *_TOTALS).group_by(claims.c.host), _host_usage)
_USAGE_OF = Prepared(sa.select(*_TOTALS).where(claims.c.host == sa.bindparam("host_name")), counted)
_LIST_WITH_USAGE = Prepared(
    sa.select(*HOST, *(hosts.c[name] for name in USED)).order_by(hosts.c.name),
    lambda *row: (Host(*row[: len(HOST)]), Usage(*row[len(HOST) :])),
)
_SET_USAGE = sa.update(hosts).where(_IS_NAME).values({name: sa.bindparam(name) for name in USED})
_LOCK = Prepared(_GET.statement.with_for_update(), Host)
_LOCK_IF_FREE = Prepared(_GET.statement.with_for_update(skip_locked=True), Host)


class Hosts(HostRepository):
    """The repository of hosts."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, lock: bool = False) -> Sequence[Host]:
        """Return all hosts by name; ``lock`` keeps other transactions from placing servers."""
        return self._session.objects(_LIST_LOCKED if lock else _LIST, {})

    def get(self, name: str) -> Host | None:
        """Return a host."""
        found = self._session.objects(_GET, {"host_name": name})
        return found[0] if found else None

    def details(self, name: str) -> HostDetails | None:
        """Return the details of a host, or None when there is no such host."""
        row = self._session.execute(_DETAILS, {"host_name": name}).first()
        return None if row is None else HostDetails(*row)

    def with_usage(self) -> Sequence[tuple[Host, Usage]]:
        """Return all hosts by name, each with its use as it was last noted."""
        return self._session.objects(_LIST_WITH_USAGE, {})

    def lock(self, name: str, wait: bool = True) -> Host | None:
        """Return a host, and lock it until the transaction ends.

        :param wait: False returns None when another transaction has locked it.
        """
        found = self._session.objects(_LOCK if wait else _LOCK_IF_FREE, {"host_name": name})
        return found[0] if found else None

    def usage_of(self, name: str) -> Usage:
        """Count the resources that the servers of a host take."""
        return self._session.objects(_USAGE_OF, {"host_name": name})[0]

    def note_usage(self, name: str, usage: Usage) -> None:
        """Note the use of a host, for :meth:`with_usage`."""
        values = dict(zip(USED, astuple(usage), strict=True))
        self._session.execute(_SET_USAGE, {"host_name": name, **values})

    def usage(self) -> Mapping[str, Usage]:
        """Count the resources that the servers of each host take."""
        return dict(self._session.objects(_USAGE, {}))

    def report(self, host: Host, details: HostDetails = NO_DETAILS) -> None:
        """Keep the report of a worker on its host: add a row, or change the one there is.

        The decisions of administrators about a host stay: its zone, whether it
        is enabled, and whether it was forced down.
        """
        row = {**asdict(host), **asdict(details)}
        while not self._change(row):
            try:
                with self._session.savepoint():
                    self._session.execute(_ADD, row | self._identity())
                return
            except IntegrityError:
                # Another worker was faster: with this name, or with this number.
                continue

    def remove(self, name: str) -> None:
        """Remove a host, also from its aggregates."""
        names = {"host_name": name}
        for table in (aggregate_hosts, wanted_images):
            self._session.execute(
                sa.delete(table).where(table.c.host == sa.bindparam("host_name")), names
            )
        self._session.execute(sa.delete(hosts).where(_IS_NAME), names)

    def set_zone(self, name: str, zone: str | None) -> None:
        """Keep the availability zone that its aggregates give to a host; None: the default one."""
        self._session.execute(_SET_ZONE, {"host_name": name, "zone": zone})

    def owner(self, name: str) -> HostOwner | None:
        """Return the owner of a host, and lock the host."""
        row = self._session.execute(_GET_OWNER, {"host_name": name}).first()
        return None if row is None or row[0] is None else HostOwner(*row)

    def set_owner(self, name: str, owner: HostOwner | None) -> None:
        """Keep the owner of a host; None: it belongs to no worker."""
        values = dict.fromkeys(c.name for c in _OWNER)
        if owner is not None:
            values = dict(zip(values, astuple(owner), strict=True))
        self._session.execute(_SET_OWNER, {"host_name": name, **values})

    def _change(self, row: Mapping[str, Any]) -> bool:
        reported = {name: value for name, value in row.items() if name not in _ADMINISTERED}
        return self._session.execute(_CHANGE, reported | {"host_name": row["name"]}).rowcount > 0

    def _identity(self) -> dict[str, object]:
        """Return the ids of a new host's service and hypervisor."""
        return {
            "number": (self._session.execute(_LAST_NUMBER).scalar() or 0) + 1,
            "service_uuid": str(uuid.uuid4()),
            "hypervisor_uuid": str(uuid.uuid4()),
        }
