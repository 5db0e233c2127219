"""The operations on the extra specs of a flavor."""

from collections.abc import Mapping

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.hardware import extra_specs
from computeapi.policies import flavors as rules
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy
from computeapi.service.flavors import load


class ExtraSpecs:
    """List, show, set and remove the extra specs of a flavor."""

    def __init__(self, db: Database, policy: Policy) -> None:
        self._db = db
        self._policy = policy

    def are_shown(self, context: Context) -> bool:
        """Return whether flavors show their extra specs to the caller."""
        return self._policy.allows(context, rules.EXTRA_SPECS_INDEX)

    def list(self, context: Context, flavor_id: str) -> dict[str, str]:
        """Return the extra specs of a flavor.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is no flavor that the caller may use.
        """
        self._policy.authorize(context, rules.EXTRA_SPECS_INDEX)
        with self._db.read() as tx:
            return load(tx, context, flavor_id).extra_specs

    def get(self, context: Context, flavor_id: str, name: str) -> str:
        """Return the value of an extra spec.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is no flavor that the caller may use, or it lacks the extra
            spec.
        """
        self._policy.authorize(context, rules.EXTRA_SPECS_SHOW)
        with self._db.read() as tx:
            specs = load(tx, context, flavor_id).extra_specs
        if name not in specs:
            raise _lacks(flavor_id, name)
        return specs[name]

    def create(
        self, context: Context, flavor_id: str, specs: Mapping[str, str], are_checked: bool
    ) -> None:
        """Add extra specs to a flavor, in place of those of the same names.

        :param are_checked: whether names and values of known namespaces are checked.
        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is no such flavor.
        :raises Invalid: when an extra spec is malformed.
        """
        self._policy.authorize(context, rules.EXTRA_SPECS_CREATE)
        self._set(context, flavor_id, specs, are_checked)

    def update(
        self, context: Context, flavor_id: str, specs: Mapping[str, str], are_checked: bool
    ) -> None:
        """Change an extra spec of a flavor, or add it; see :meth:`create`."""
        self._policy.authorize(context, rules.EXTRA_SPECS_UPDATE)
        self._set(context, flavor_id, specs, are_checked)

    def delete(self, context: Context, flavor_id: str, name: str) -> None:
        """Remove an extra spec of a flavor.

        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is no such flavor, or it lacks the extra spec.
        """
        self._policy.authorize(context, rules.EXTRA_SPECS_DELETE)
        with self._db.write() as tx:
            flavor = load(tx, context, flavor_id, lock=True)
            if flavor.extra_specs.pop(name, None) is None:
                raise _lacks(flavor_id, name)
            tx.flavors.save(flavor)

    def _set(
        self, context: Context, flavor_id: str, specs: Mapping[str, str], are_checked: bool
    ) -> None:
        if are_checked:
            for name, value in specs.items():
                extra_specs.check(name, value)
        with self._db.write() as tx:
            flavor = load(tx, context, flavor_id, lock=True)
            flavor.extra_specs |= specs
            tx.flavors.save(flavor)


def _lacks(flavor_id: str, name: str) -> NotFound:
    return NotFound(f"Flavor {flavor_id} has no extra specs with key {name}.")
