"""Notifications: their outbox, and their sender."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.notifications import Notification


class NotificationRepository(Protocol):
    """The notifications that wait to be sent.

    The database writes them itself, in the transactions that change servers and operations.
    """

    __slots__ = ()

    def add(self, *those: Notification) -> None:
        """Keep notifications of another kind until they are sent."""

    def oldest(self, limit: int) -> Sequence[Notification]:
        """Return the oldest ones, in their order."""

    def remove(self, ids: Sequence[int]) -> None:
        """Forget notifications that were sent."""


class Notifier(Protocol):
    """Sends notifications."""

    def send(self, notification: Notification) -> None:
        """Send a notification; when this returns, the receiver has it.

        :raises Unavailable: when the receiver did not confirm that it has it.
        """

    def close(self) -> None:
        """End the connections."""
