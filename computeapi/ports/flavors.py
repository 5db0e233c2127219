"""The repository of flavors."""

from typing import Protocol

from computeapi.domain.flavors import Flavor, FlavorFilters
from computeapi.domain.paging import Page, PageRequest


class FlavorRepository(Protocol):
    """Flavors."""

    __slots__ = ()

    def get(self, flavor_id: str) -> Flavor | None:
        """Return a flavor by the id the API shows."""

    def list(self, filters: FlavorFilters, page: PageRequest) -> Page[Flavor]:
        """Return a page, by id unless sorted.

        :raises MarkerNotFound: when the marker is no flavor that the filters let through.
        """

    def add(self, flavor: Flavor) -> None:
        """Keep a new flavor.

        :raises Conflict: when another one has its name or id.
        """

    def delete(self, flavor_id: str) -> bool:
        """Remove a flavor; tell whether it was there."""
