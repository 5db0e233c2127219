"""The repository of limits that replace those of the configuration."""

from collections.abc import Mapping
from typing import Protocol


class QuotaRepository(Protocol):
    """The limits of quota classes, projects and users, each by resource.

    A resource that has no limit here has that of the next wider one: user, project, class,
    configuration.
    """

    __slots__ = ()

    def of_class(self, name: str) -> Mapping[str, int]:
        """Return the limits of a quota class."""

    def of_project(self, project_id: str) -> Mapping[str, int]:
        """Return the limits of a project."""

    def of_user(self, project_id: str, user_id: str) -> Mapping[str, int]:
        """Return the limits of a user in a project."""

    def set_class(self, name: str, limits: Mapping[str, int]) -> None:
        """Keep the limits of a quota class, in place of those it had."""

    def set_project(self, project_id: str, limits: Mapping[str, int]) -> None:
        """Keep the limits of a project, in place of those it had."""

    def set_user(self, project_id: str, user_id: str, limits: Mapping[str, int]) -> None:
        """Keep the limits of a user in a project, in place of those they had."""

    def remove_project(self, project_id: str) -> None:
        """Remove the limits of a project, and those of its users."""

    def remove_user(self, project_id: str, user_id: str) -> None:
        """Remove the limits of a user in a project."""
