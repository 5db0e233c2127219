"""Aggregates as rows."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from computeapi.db.session import Session
from computeapi.db.tables import aggregate_hosts, aggregates
from computeapi.domain.aggregates import Aggregate
from computeapi.domain.errors import Conflict
from computeapi.ports.aggregates import AggregateRepository

_NAMES = ("id", "uuid", "name", "metadata", "created_at", "updated_at")
_LIST = sa.select(*(aggregates.c[name] for name in _NAMES)).order_by(aggregates.c.id)
_MEMBERS = sa.select(aggregate_hosts.c.aggregate_id, aggregate_hosts.c.host).order_by(
    aggregate_hosts.c.host
)
_IS_ID = aggregates.c.id == sa.bindparam("aggregate")
_ADD = sa.insert(aggregates)
_SAVE = (
    sa.update(aggregates)
    .where(_IS_ID)
    .values({name: sa.bindparam(name) for name in ("name", "metadata", "updated_at")})
)
_DELETE = sa.delete(aggregates).where(_IS_ID)
_IS_MEMBER = sa.and_(
    aggregate_hosts.c.aggregate_id == sa.bindparam("aggregate"),
    aggregate_hosts.c.host == sa.bindparam("host_name"),
)
_ADD_HOST = sa.insert(aggregate_hosts)
_REMOVE_HOST = sa.delete(aggregate_hosts).where(_IS_MEMBER)


class Aggregates(AggregateRepository):
    """The repository of aggregates. There are few of them: each method reads them all."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> Sequence[Aggregate]:
        """Return all aggregates by id, with their hosts."""
        found = {row[0]: Aggregate(*row) for row in self._session.execute(_LIST).all()}
        for aggregate_id, host in self._session.execute(_MEMBERS).all():
            if aggregate_id in found:
                found[aggregate_id].hosts.append(host)
        return list(found.values())

    def get(self, aggregate_id: int) -> Aggregate | None:
        """Return an aggregate."""
        return next((a for a in self.list() if a.id == aggregate_id), None)

    def add(self, aggregate: Aggregate) -> None:
        """Keep a new aggregate, and give it its id.

        :raises Conflict: when another one has its name.
        """
        row = {name: getattr(aggregate, name) for name in _NAMES if name != "id"}
        try:
            with self._session.savepoint():
                aggregate.id = self._session.insert(_ADD, row)
        except IntegrityError as error:
            raise _name_taken(aggregate) from error

    def save(self, aggregate: Aggregate) -> None:
        """Keep the name, the metadata and the moment of change of an aggregate.

        :raises Conflict: when another one has its name.
        """
        row: dict[str, Any] = {
            name: getattr(aggregate, name) for name in ("name", "metadata", "updated_at")
        }
        try:
            with self._session.savepoint():
                self._session.execute(_SAVE, row | {"aggregate": aggregate.id})
        except IntegrityError as error:
            raise _name_taken(aggregate) from error

    def delete(self, aggregate_id: int) -> None:
        """Remove an aggregate without hosts."""
        self._session.execute(_DELETE, {"aggregate": aggregate_id})

    def add_host(self, aggregate_id: int, host: str) -> None:
        """Add a host to an aggregate that it is not in."""
        self._session.execute(_ADD_HOST, {"aggregate_id": aggregate_id, "host": host})

    def remove_host(self, aggregate_id: int, host: str) -> None:
        """Remove a host from an aggregate."""
        self._session.execute(_REMOVE_HOST, {"aggregate": aggregate_id, "host_name": host})


def _name_taken(aggregate: Aggregate) -> Conflict:
    return Conflict(f"Aggregate {aggregate.name} already exists.")
