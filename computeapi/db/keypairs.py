"""Keypairs as rows."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import KEYPAIR, keypairs
from computeapi.domain.errors import Conflict
from computeapi.domain.keypairs import Keypair
from computeapi.ports.keypairs import KeypairRepository

_IS_OWNER = keypairs.c.user_id == sa.bindparam("owner")
_IS_NAME = keypairs.c.name == sa.bindparam("keypair_name")
_GET = Prepared(sa.select(*KEYPAIR).where(_IS_OWNER, _IS_NAME), Keypair)
_LIST = Prepared(sa.select(*KEYPAIR).where(_IS_OWNER).order_by(keypairs.c.name), Keypair)
_COUNT = Prepared(sa.select(sa.func.count()).select_from(keypairs).where(_IS_OWNER), int)
_ADD = sa.insert(keypairs)
_DELETE = sa.delete(keypairs).where(_IS_OWNER, _IS_NAME)


class Keypairs(KeypairRepository):
    """The repository of keypairs."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, user_id: str, name: str) -> Keypair | None:
        """Return a user's keypair."""
        results = self._session.objects(_GET, {"owner": user_id, "keypair_name": name})
        return results[0] if results else None

    def list(self, user_id: str) -> Sequence[Keypair]:
        """Return a user's keypairs by name."""
        return self._session.objects(_LIST, {"owner": user_id})

    def count(self, user_id: str) -> int:
        """Count a user's keypairs."""
        (count,) = self._session.objects(_COUNT, {"owner": user_id})
        return count

    def add(self, keypair: Keypair) -> None:
        """Keep a new keypair, and give it its id.

        :raises Conflict: when the user has one of its name.
        """
        row = asdict(keypair)
        del row["id"]
        try:
            with self._session.savepoint():
                keypair.id = self._session.insert(_ADD, row)
        except IntegrityError as error:
            raise Conflict(f"Key pair '{keypair.name}' already exists.") from error

    def delete(self, user_id: str, name: str) -> bool:
        """Remove a keypair; tell whether it was there."""
        parameters = {"owner": user_id, "keypair_name": name}
        return self._session.execute(_DELETE, parameters).rowcount > 0
