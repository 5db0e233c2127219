"""Notifications about servers, as Nova's unversioned ``compute.instance.*`` ones."""

from computeapi.domain.notifications.changes import Changes
from computeapi.domain.notifications.notification import (
    Before,
    Notification,
    Settings,
    StateChanges,
)

__all__ = ["Before", "Changes", "Notification", "Settings", "StateChanges"]
