"""Flavors as rows."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from computeapi.db import limits, paging
from computeapi.db.patterns import checked_searcher
from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import FLAVOR, flavor_access, flavors
from computeapi.domain.errors import Conflict, MarkerNotFound
from computeapi.domain.flavors import Flavor, FlavorFilters
from computeapi.domain.paging import Page, PageRequest
from computeapi.ports.flavors import FlavorRepository

_BY_ID = (("id", "asc"),)
_SORTABLE = {column.name: column for column in FLAVOR}

_IS_ID = flavors.c.id == sa.bindparam("flavor_id")
_GET = Prepared(sa.select(*FLAVOR).where(_IS_ID), Flavor)
_GET_LOCKED = Prepared(_GET.statement.with_for_update(), Flavor)
_ADD = sa.insert(flavors)
_SAVE = (
    sa.update(flavors)
    .where(_IS_ID)
    .values({c.name: sa.bindparam(c.name) for c in FLAVOR if c.name != "id"})
)
_DELETE = sa.delete(flavors).where(_IS_ID)
_HAS_ID = flavor_access.c.flavor_id == sa.bindparam("flavor_id")
_PROJECTS = Prepared(
    sa.select(flavor_access.c.project_id).where(_HAS_ID).order_by(flavor_access.c.project_id), str
)
_ALLOW = sa.insert(flavor_access)
_DISALLOW = sa.delete(flavor_access).where(
    _HAS_ID, flavor_access.c.project_id == sa.bindparam("project")
)
_FORGET_PROJECTS = sa.delete(flavor_access).where(_HAS_ID)


class Flavors(FlavorRepository):
    """The repository of flavors."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, flavor_id: str, lock: bool = False) -> Flavor | None:
        """Return a flavor by the id the API shows.

        :param lock: whether the row is locked until the transaction ends.
        """
        statement = _GET_LOCKED if lock else _GET
        results = self._session.objects(statement, {"flavor_id": flavor_id})
        return results[0] if results else None

    def list(self, filters: FlavorFilters, page: PageRequest) -> Page[Flavor]:
        """Return a page, by id unless sorted.

        :raises MarkerNotFound: when the marker is no flavor that the filters let through.
        :raises Invalid: when the regular expression for names is none.
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

    def save(self, flavor: Flavor) -> None:
        """Keep a flavor's changes."""
        values = asdict(flavor)
        self._session.execute(_SAVE, {"flavor_id": values.pop("id"), **values})

    def delete(self, flavor_id: str) -> bool:
        """Remove a flavor, and the projects that may use it; return whether it was there."""
        self._session.execute(_FORGET_PROJECTS, {"flavor_id": flavor_id})
        return self._session.execute(_DELETE, {"flavor_id": flavor_id}).rowcount > 0

    def projects(self, flavor_id: str) -> Sequence[str]:
        """Return the projects that may use a flavor that is not public, by id."""
        return self._session.objects(_PROJECTS, {"flavor_id": flavor_id})

    def allow(self, flavor_id: str, project_id: str) -> None:
        """Allow a project to use a flavor.

        :raises Conflict: when it may already.
        """
        try:
            with self._session.savepoint():
                self._session.execute(_ALLOW, {"flavor_id": flavor_id, "project_id": project_id})
        except IntegrityError as error:
            raise Conflict(
                f"Flavor access already exists for flavor {flavor_id} and project {project_id} "
                "combination."
            ) from error

    def disallow(self, flavor_id: str, project_id: str) -> bool:
        """Remove the access of a project to a flavor; return whether the project had it."""
        found = self._session.execute(_DISALLOW, {"flavor_id": flavor_id, "project": project_id})
        return found.rowcount > 0


def _conditions(filters: FlavorFilters) -> list[sa.ColumnElement[Any]]:
    shown: list[sa.ColumnElement[Any]] = []
    if filters.is_public is not None:
        shown.append(_is_public(filters.is_public, filters.project_id))
    if filters.disabled is not None:
        shown.append(flavors.c.disabled == sa.bindparam(None, filters.disabled, sa.Boolean))
    if filters.name is not None:
        checked_searcher("name", filters.name)
        shown.append(flavors.c.name.regexp_match(filters.name))
    if filters.min_memory_mb is not None:
        shown.append(_at_least(flavors.c.memory_mb, filters.min_memory_mb))
    if filters.min_disk_gb is not None:
        shown.append(_at_least(flavors.c.disk_gb, filters.min_disk_gb))
    return shown


def _is_public(is_public: bool, project_id: str | None) -> sa.ColumnElement[bool]:
    """Compare the kind; a project's own private flavors count as public ones for it."""
    has_kind = flavors.c.is_public == sa.bindparam(None, is_public, sa.Boolean)
    if not is_public or project_id is None:
        return has_kind
    access = sa.select(flavor_access.c.flavor_id).where(flavor_access.c.project_id == project_id)
    return sa.or_(has_kind, flavors.c.id.in_(access))


def _at_least(column: sa.Column[int], minimum: int) -> sa.ColumnElement[bool]:
    """Compare a size; a number that no column holds is more, or less, than every size."""
    if limits.can_hold(column, minimum):
        return column >= minimum
    return sa.false() if minimum > 0 else sa.true()
