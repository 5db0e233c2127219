"""The operations on flavors: lists of them, single ones, and the projects that may use them."""

import dataclasses
import uuid

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound
from computeapi.domain.flavors import Flavor, FlavorFilters, NewFlavor
from computeapi.domain.paging import Page, PageRequest
from computeapi.policies import flavors as rules
from computeapi.ports.database import Database, Transaction
from computeapi.ports.policy import Policy


def load(tx: Transaction, context: Context, flavor_id: str, lock: bool = False) -> Flavor:
    """Return a flavor that the caller may use.

    :param lock: whether the row is locked until the transaction ends.
    :raises NotFound: when there is none of this id that the caller may use.
    """
    flavor = tx.flavors.get(flavor_id, lock=lock)
    if flavor is None or not _may_use(tx, context, flavor):
        raise NotFound(f"Flavor {flavor_id} could not be found.")
    return flavor


def load_by_ref(tx: Transaction, context: Context, flavor_ref: str) -> Flavor:
    """Return the flavor that the body of a request refers to.

    :param flavor_ref: its id, or a URL that ends with it.
    :raises Invalid: when there is none that the caller may use.
    """
    try:
        return load(tx, context, flavor_ref.rsplit("/", 1)[-1])
    except NotFound as error:
        raise Invalid(error.message) from error


def _may_use(tx: Transaction, context: Context, flavor: Flavor) -> bool:
    if flavor.is_public or context.is_admin:
        return True
    return context.project_id is not None and context.project_id in tx.flavors.projects(flavor.id)


class Flavors:
    """List, show, create, change and delete flavors."""

    def __init__(self, db: Database, policy: Policy) -> None:
        self._db = db
        self._policy = policy

    def list(self, context: Context, filters: FlavorFilters, page: PageRequest) -> Page[Flavor]:
        """Return a page of the flavors that the caller may use.

        :param filters: ``is_public`` counts only for administrators.
        :raises MarkerNotFound: when the marker is none of them.
        :raises Invalid: when the regular expression for names is none.
        """
        filters = dataclasses.replace(filters, project_id=context.project_id)
        if not context.is_admin:
            filters = dataclasses.replace(filters, is_public=True, disabled=False)
        with self._db.read() as tx:
            return tx.flavors.list(filters, page)

    def get(self, context: Context, flavor_id: str) -> Flavor:
        """Return a flavor.

        :raises NotFound: when there is none that the caller may use.
        """
        with self._db.read() as tx:
            return load(tx, context, flavor_id)

    def create(self, context: Context, new: NewFlavor) -> Flavor:
        """Make a flavor.

        :raises Forbidden: when the caller is no administrator.
        :raises Conflict: when another one has its name or id.
        """
        self._policy.authorize(context, rules.CREATE)
        values = dataclasses.asdict(new) | {"id": new.id or str(uuid.uuid4())}
        flavor = Flavor(**values)
        with self._db.write() as tx:
            tx.flavors.add(flavor)
        return flavor

    def update(self, context: Context, flavor_id: str, description: str | None) -> Flavor:
        """Change the description of a flavor.

        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is none.
        """
        self._policy.authorize(context, rules.UPDATE)
        with self._db.write() as tx:
            flavor = load(tx, context, flavor_id, lock=True)
            flavor.description = description
            tx.flavors.save(flavor)
        return flavor

    def delete(self, context: Context, flavor_id: str) -> None:
        """Remove a flavor; servers of it stay as they are.

        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is none.
        """
        self._policy.authorize(context, rules.DELETE)
        with self._db.write() as tx:
            if not tx.flavors.delete(flavor_id):
                raise NotFound(f"Flavor {flavor_id} could not be found.")

    def projects(self, context: Context, flavor_id: str) -> tuple[str, ...]:
        """Return the projects that may use a flavor, by id.

        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is no such flavor, or all projects may use it.
        """
        self._policy.authorize(context, rules.ACCESS)
        with self._db.read() as tx:
            if load(tx, context, flavor_id).is_public:
                raise NotFound("Access list not available for public flavors.")
            return tuple(tx.flavors.projects(flavor_id))

    def allow(
        self, context: Context, flavor_id: str, project_id: str, is_public_allowed: bool
    ) -> tuple[str, ...]:
        """Allow a project to use a flavor; return the projects that may.

        :param is_public_allowed: whether the flavor may be one that all projects may use.
        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is no such flavor.
        :raises Conflict: when the project may use it already, or when it is public.
        """
        self._policy.authorize(context, rules.ADD_ACCESS)
        with self._db.write() as tx:
            flavor = load(tx, context, flavor_id, lock=True)
            if flavor.is_public and not is_public_allowed:
                raise Conflict("Can not add access to a public flavor.")
            tx.flavors.allow(flavor_id, project_id)
            return tuple(tx.flavors.projects(flavor_id))

    def disallow(self, context: Context, flavor_id: str, project_id: str) -> tuple[str, ...]:
        """Remove the access of a project to a flavor; return the projects that may use it still.

        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is no such flavor, or the project had no access to it.
        """
        self._policy.authorize(context, rules.REMOVE_ACCESS)
        with self._db.write() as tx:
            load(tx, context, flavor_id, lock=True)
            if not tx.flavors.disallow(flavor_id, project_id):
                raise NotFound(
                    f"Flavor access not found for flavor {flavor_id} and project {project_id} "
                    "combination."
                )
            return tuple(tx.flavors.projects(flavor_id))
