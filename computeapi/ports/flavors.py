"""The repository of flavors."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.flavors import Flavor, FlavorFilters
from computeapi.domain.paging import Page, PageRequest


class FlavorRepository(Protocol):
    """Flavors."""

    __slots__ = ()

    def get(self, flavor_id: str, lock: bool = False) -> Flavor | None:
        """Return a flavor by the id the API shows; ``lock`` keeps other transactions from it."""

    def list(self, filters: FlavorFilters, page: PageRequest) -> Page[Flavor]:
        """Return a page, by id unless sorted.

        :raises MarkerNotFound: when the marker is no flavor that the filters let through.
        :raises Invalid: when the regular expression for names is none.
        """

    def add(self, flavor: Flavor) -> None:
        """Keep a new flavor.

        :raises Conflict: when another one has its name or id.
        """

    def save(self, flavor: Flavor) -> None:
        """Keep a flavor's changes."""

    def delete(self, flavor_id: str) -> bool:
        """Remove a flavor, and the projects that may use it; return whether it was there."""

    def projects(self, flavor_id: str) -> Sequence[str]:
        """Return the projects that may use a flavor that is not public, by id."""

    def allow(self, flavor_id: str, project_id: str) -> None:
        """Allow a project to use a flavor.

        :raises Conflict: when it may already.
        """

    def disallow(self, flavor_id: str, project_id: str) -> bool:
        """Remove the access of a project to a flavor; return whether the project had it."""
