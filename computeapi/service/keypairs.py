"""The operations on keypairs."""

from computeapi.domain import names
from computeapi.domain.context import Context
from computeapi.domain.errors import MarkerNotFound, NotFound, QuotaExceeded
from computeapi.domain.keypairs import Keypair, NewKeypair
from computeapi.domain.paging import Page, PageRequest
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy
from computeapi.service import keys
from computeapi.service.quotas import QuotaReader

_POLICY = "os_compute_api:os-keypairs:"


class Keypairs:
    """List, show, create, import and delete a user's keypairs.

    Every method takes the ``user_id`` of the owner; None means the caller. Another user's
    are for administrators.
    """

    def __init__(self, db: Database, policy: Policy, quotas: QuotaReader) -> None:
        self._db = db
        self._policy = policy
        self._quotas = quotas

    def _owner(self, context: Context, action: str, user_id: str | None) -> str:
        owner = user_id or context.require_user()
        self._policy.authorize(context, _POLICY + action, {"user_id": owner})
        return owner

    def list(
        self, context: Context, user_id: str | None = None, page: PageRequest | None = None
    ) -> Page[Keypair]:
        """Return a user's keypairs by name.

        :param page: its limit and marker, which is a name; None for all keypairs.
        :raises MarkerNotFound: when the user has no keypair of the marker's name.
        """
        owner = self._owner(context, "index", user_id)
        with self._db.read() as tx:
            found = [*tx.keypairs.list(owner)]
        if page is None:
            return Page(found, more=False)
        listed = [keypair.name for keypair in found]
        if page.marker is not None and page.marker not in listed:
            raise MarkerNotFound(page.marker)
        first = 0 if page.marker is None else listed.index(page.marker) + 1
        last = first + page.limit
        return Page(found[first:last], more=len(found) > last)

    def get(self, context: Context, name: str, user_id: str | None = None) -> Keypair:
        """Return a keypair.

        :raises NotFound: when the user has none of that name.
        """
        owner = self._owner(context, "show", user_id)
        with self._db.read() as tx:
            keypair = tx.keypairs.get(owner, name)
        if keypair is None:
            raise _not_found(name, owner)
        return keypair

    def create(self, context: Context, new: NewKeypair) -> tuple[Keypair, str | None]:
        """Keep a public key, or make a pair and keep its public half.

        :returns: the keypair and, when it was made here, its private key, which is kept nowhere.
        :raises Invalid: when the public key is none, or the owner's id is too long.
        :raises QuotaExceeded: when the user has too many.
        :raises Conflict: when the user has one of that name.
        """
        owner = self._owner(context, "create", new.user_id)
        names.check_length("user_id", owner)
        material = keys.make(new.type, owner) if new.public_key is None else None
        public_key = material.public_key if material else (new.public_key or "")
        fingerprint = keys.fingerprint(new.type, public_key)
        with self._db.write() as tx:
            tx.lock(f"user:{owner}")
            quotas = self._quotas.of_user(tx, context.project_id or "", owner)
            if 0 <= quotas.key_pairs <= tx.keypairs.count(owner):
                raise QuotaExceeded("Quota exceeded, too many key pairs.")
            keypair = Keypair(None, owner, new.name, new.type, public_key, fingerprint, tx.now())
            tx.keypairs.add(keypair)
        return keypair, material.private_key if material else None

    def delete(self, context: Context, name: str, user_id: str | None = None) -> None:
        """Remove a keypair; servers keep the key they have.

        :raises NotFound: when the user has none of that name.
        """
        owner = self._owner(context, "delete", user_id)
        with self._db.write() as tx:
            if not tx.keypairs.delete(owner, name):
                raise _not_found(name, owner)


def _not_found(name: str, owner: str) -> NotFound:
    return NotFound(f"Keypair {name} not found for user {owner}")
