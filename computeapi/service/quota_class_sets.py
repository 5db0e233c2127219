"""The operations on quota classes."""

from collections.abc import Mapping

from computeapi.domain import names
from computeapi.domain.context import Context
from computeapi.domain.quotas import Quotas
from computeapi.policies import quota_class_sets as rules
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy
from computeapi.service.quotas import QuotaReader


class QuotaClassSets:
    """Show and change the limits of quota classes.

    The class ``default`` holds for every project that has no limit of its own; others are kept,
    and hold for no project.
    """

    def __init__(self, db: Database, policy: Policy, quotas: QuotaReader) -> None:
        self._db = db
        self._policy = policy
        self._quotas = quotas

    def show(self, context: Context, name: str) -> Quotas:
        """Return the quotas of a class, whether or not it has limits of its own.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.SHOW)
        with self._db.read() as tx:
            return self._quotas.of_class(tx, name)

    def update(self, context: Context, name: str, limits: Mapping[str, int]) -> Quotas:
        """Change limits of a class.

        :param limits: by resource; the other limits stay.
        :raises Forbidden: when the caller may not.
        :raises Invalid: when the name is too long.
        """
        self._policy.authorize(context, rules.UPDATE)
        names.check_length("quota_class", name)
        with self._db.write() as tx:
            tx.lock(f"quota_class:{name}")
            tx.quotas.set_class(name, {**tx.quotas.of_class(name), **limits})
            return self._quotas.of_class(tx, name)
