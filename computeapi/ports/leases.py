"""Leases on tasks that one process of several carries out."""

from typing import Protocol


class LeaseRepository(Protocol):
    """Leases by name."""

    __slots__ = ()

    def take(self, name: str, owner: str, seconds: float) -> bool:
        """Take a lease, or prolong it; return False when another owner holds it.

        :param seconds: how long it lasts, by the database's clock.
        """

    def mark(self, name: str, word: str) -> bool:
        """Put a word in the place of the last one under a name; return False when it is the same.

        A task that is to be done once a period is done in the transaction that marks the period.
        """

    def give_up(self, name: str, owner: str) -> None:
        """End a lease that the owner may hold."""
