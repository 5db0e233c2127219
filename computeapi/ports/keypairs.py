"""The repository of keypairs."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.keypairs import Keypair


class KeypairRepository(Protocol):
    """Keypairs."""

    __slots__ = ()

    def get(self, user_id: str, name: str) -> Keypair | None:
        """Return a user's keypair."""

    def list(self, user_id: str) -> Sequence[Keypair]:
        """Return a user's keypairs by name."""

    def count(self, user_id: str) -> int:
        """Count a user's keypairs."""

    def add(self, keypair: Keypair) -> None:
        """Keep a new keypair.

        :raises Conflict: when the user has one of its name.
        """

    def delete(self, user_id: str, name: str) -> bool:
        """Remove a keypair; tell whether it was there."""
