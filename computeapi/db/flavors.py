"""Flavors as rows."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from computeapi.db import limits, paging
from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import FLAVOR, flavors
from computeapi.domain.errors import Conflict, MarkerNotFound
from computeapi.domain.flavors import Flavor, FlavorFilters
from computeapi.domain.paging import Page, PageRequest
from computeapi.ports.flavors import FlavorRepository

_BY_ID = (("id", "asc"),)
_SORTABLE = {column.name: column for column in FLAVOR}

_IS_ID = flavors.c.id == sa.bindparam("flavor_id")
_GET = Prepared(sa.select(*FLAVOR).where(_IS_ID), Flavor)
_ADD = sa.insert(flavors)
_DELETE = sa.delete(flavors).where(_IS_ID)


class Flavors(FlavorRepository):
    """The repository of flavors."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, flavor_id: str) -> Flavor | None:
        """Return a flavor by the id the API shows."""
        results = self._session.objects(_GET, {"flavor_id": flavor_id})
        return results[0] if results else None

    def list(self, filters: FlavorFilters, page: PageRequest) -> Page[Flavor]:
        """Return a page, by id unless sorted.

        :raises MarkerNotFound: when the marker is no flavor that the filters let through.
        :raises ValueError: when a field to sort by is unknown.
        """
        keys = paging.sort_keys(page.sort or _BY_ID, _SORTABLE)
        shown = _conditions(filters)
        statement = sa.select(*FLAVOR).where(*shown).order_by(*paging.order_by(keys))
        if page.marker is not None:
            marker = self._session.execute(
                sa.select(*(key.column for key in keys)).where(_IS_ID, *shown),
                {"flavor_id": page.marker},
            ).first()
            if marker is None:
                raise MarkerNotFound(page.marker)
            statement = statement.where(paging.after(keys, marker))
        rows = self._session.execute(statement.limit(page.limit + 1)).all()
        results = [Flavor(*row) for row in rows[: page.limit]]
        return Page(results, more=len(rows) > page.limit)

    def add(self, flavor: Flavor) -> None:
        """Keep a new flavor.

        :raises Conflict: when another one has its name or id.
        """
        try:
            with self._session.savepoint():
                self._session.execute(_ADD, asdict(flavor))
        except IntegrityError as error:
            if self.get(flavor.id) is not None:
                raise Conflict(f"Flavor with ID {flavor.id} already exists.") from error
            raise Conflict(f"Flavor with name {flavor.name} already exists.") from error

    def delete(self, flavor_id: str) -> bool:
        """Remove a flavor; tell whether it was there."""
        return self._session.execute(_DELETE, {"flavor_id": flavor_id}).rowcount > 0


def _conditions(filters: FlavorFilters) -> list[sa.ColumnElement[Any]]:
    shown: list[sa.ColumnElement[Any]] = []
    if filters.is_public is not None:
        shown.append(flavors.c.is_public == sa.bindparam(None, filters.is_public, sa.Boolean))
    if filters.min_memory_mb is not None:
        shown.append(_at_least(flavors.c.memory_mb, filters.min_memory_mb))
    if filters.min_disk_gb is not None:
        shown.append(_at_least(flavors.c.disk_gb, filters.min_disk_gb))
    return shown


def _at_least(column: sa.Column[int], minimum: int) -> sa.ColumnElement[bool]:
    """Compare a size; a number that no column holds is more, or less, than every size."""
    if limits.can_hold(column, minimum):
        return column >= minimum
    return sa.false() if minimum > 0 else sa.true()
