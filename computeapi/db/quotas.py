"""The limits of quota classes, projects and users as rows."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import quota_classes, quota_sets
from computeapi.ports.quotas import QuotaRepository

#: The ``user_id`` of a project's own row.
_NO_USER = ""

_IS_CLASS = quota_classes.c.name == sa.bindparam("class_name")
_IS_PROJECT = quota_sets.c.project_id == sa.bindparam("project")
_IS_ROW = sa.and_(_IS_PROJECT, quota_sets.c.user_id == sa.bindparam("owner"))


def _limits(limits: Mapping[str, int]) -> Mapping[str, int]:
    return limits


_OF_CLASS = Prepared(sa.select(quota_classes.c.limits).where(_IS_CLASS), _limits)
_OF = Prepared(sa.select(quota_sets.c.limits).where(_IS_ROW), _limits)
_ADD_CLASS = sa.insert(quota_classes)
_ADD = sa.insert(quota_sets)
_CHANGE_CLASS = sa.update(quota_classes).where(_IS_CLASS).values(limits=sa.bindparam("limits"))
_CHANGE = sa.update(quota_sets).where(_IS_ROW).values(limits=sa.bindparam("limits"))
_REMOVE = sa.delete(quota_sets).where(_IS_ROW)
_REMOVE_ALL = sa.delete(quota_sets).where(_IS_PROJECT)


class Quotas(QuotaRepository):
    """The repository of limits."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_class(self, name: str) -> Mapping[str, int]:
        """Return the limits of a quota class."""
        return self._found(_OF_CLASS, {"class_name": name})

    def of_project(self, project_id: str) -> Mapping[str, int]:
        """Return the limits of a project."""
        return self.of_user(project_id, _NO_USER)

    def of_user(self, project_id: str, user_id: str) -> Mapping[str, int]:
        """Return the limits of a user in a project."""
        return self._found(_OF, {"project": project_id, "owner": user_id})

    def _found(
        self, prepared: Prepared[Mapping[str, int]], parameters: Mapping[str, Any]
    ) -> Mapping[str, int]:
        found = self._session.objects(prepared, parameters)
        return found[0] if found else {}

    def set_class(self, name: str, limits: Mapping[str, int]) -> None:
        """Keep the limits of a quota class, in place of those it had."""
        row = {"name": name, "limits": dict(limits)}
        self._set(_CHANGE_CLASS, {"class_name": name, "limits": dict(limits)}, _ADD_CLASS, row)

    def set_project(self, project_id: str, limits: Mapping[str, int]) -> None:
        """Keep the limits of a project, in place of those it had."""
        self.set_user(project_id, _NO_USER, limits)

    def set_user(self, project_id: str, user_id: str, limits: Mapping[str, int]) -> None:
        """Keep the limits of a user in a project, in place of those they had."""
        row = {"project_id": project_id, "user_id": user_id, "limits": dict(limits)}
        key = {"project": project_id, "owner": user_id}
        self._set(_CHANGE, {**key, "limits": dict(limits)}, _ADD, row)

    def _set(
        self,
        change: sa.Update,
        parameters: Mapping[str, Any],
        insert: sa.Insert,
        row: Mapping[str, Any],
    ) -> None:
        try:
            with self._session.savepoint():
                self._session.execute(insert, row)
        except IntegrityError:
            self._session.execute(change, parameters)

    def remove_project(self, project_id: str) -> None:
        """Remove the limits of a project, and those of its users."""
        self._session.execute(_REMOVE_ALL, {"project": project_id})

    def remove_user(self, project_id: str, user_id: str) -> None:
        """Remove the limits of a user in a project."""
        self._session.execute(_REMOVE, {"project": project_id, "owner": user_id})
