"""The operations on flavors."""

import uuid

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.flavors import Flavor, FlavorFilters, NewFlavor
from computeapi.domain.paging import Page, PageRequest
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy

_ACCESS = "os_compute_api:os-flavor-access"


class Flavors:
    """List, show, create and delete flavors."""

    def __init__(self, db: Database, policy: Policy) -> None:
        self._db = db
        self._policy = policy

    def list(self, context: Context, filters: FlavorFilters, page: PageRequest) -> Page[Flavor]:
        """Return a page of the flavors that the caller may use.

        :raises MarkerNotFound: when the marker is none of them.
        """
        if not self._policy.allows(context, _ACCESS):
            filters = FlavorFilters(True, filters.min_memory_mb, filters.min_disk_gb)
        with self._db.read() as tx:
            return tx.flavors.list(filters, page)

    def get(self, context: Context, flavor_id: str) -> Flavor:
        """Return a flavor.

        :raises NotFound: when there is none that the caller may use.
        """
        with self._db.read() as tx:
            flavor = tx.flavors.get(flavor_id)
        if flavor is None or not (flavor.is_public or self._policy.allows(context, _ACCESS)):
            raise NotFound(f"Flavor {flavor_id} could not be found.")
        return flavor

    def create(self, context: Context, new: NewFlavor) -> Flavor:
        """Make a flavor.

        :raises Forbidden: when the caller is no administrator.
        :raises Conflict: when another one has its name or id.
        """
        self._policy.authorize(context, "os_compute_api:os-flavor-manage:create")
        flavor = Flavor(
            id=new.id or str(uuid.uuid4()),
            name=new.name,
            memory_mb=new.memory_mb,
            vcpus=new.vcpus,
            disk_gb=new.disk_gb,
            ephemeral_gb=new.ephemeral_gb,
            swap_mb=new.swap_mb,
            rxtx_factor=new.rxtx_factor,
            is_public=new.is_public,
        )
        with self._db.write() as tx:
            tx.flavors.add(flavor)
        return flavor

    def delete(self, context: Context, flavor_id: str) -> None:
        """Remove a flavor; servers of it live on.

        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is none.
        """
        self._policy.authorize(context, "os_compute_api:os-flavor-manage:delete")
        with self._db.write() as tx:
            if not tx.flavors.delete(flavor_id):
                raise NotFound(f"Flavor {flavor_id} could not be found.")
