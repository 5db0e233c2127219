"""A notification about a server."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StateChanges(StrEnum):
    """The changes of state that make a ``compute.instance.update``, under Nova's names."""

    NONE = "none"
    VM_STATE = "vm_state"
    VM_AND_TASK_STATE = "vm_and_task_state"


@dataclass(frozen=True, slots=True)
class Settings:
    """How notifications are made.

    :ivar host: the host that is named where a server has none.
    :ivar images_url: the URL of the image service, for the URLs of images.
    :ivar state_changes: the changes of state that are reported.
    """

    host: str
    images_url: str = ""
    state_changes: StateChanges = StateChanges.VM_AND_TASK_STATE


@dataclass(frozen=True, slots=True)
class Before:
    """The fields of a server before a transaction that notifications report."""

    vm_state: str
    task_state: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification that waits to be sent. The order of the fields is that of the columns.

    :ivar id: rises with the order of the changes of a server; None until it is kept.
    :ivar message_id: a UUID; when a notification is sent again, it is the same.
    :ivar event_type: such as ``compute.instance.create.end``.
    :ivar priority: "INFO" or "ERROR".
    :ivar publisher_id: the service and the host, such as ``compute.host1``.
    :ivar created_at: the moment of the transaction.
    :ivar context: the request and its caller.
    """

    id: int | None
    message_id: str
    event_type: str
    priority: str
    publisher_id: str
    created_at: datetime
    context: dict[str, object]
    payload: dict[str, object]

    @property
    def message(self) -> dict[str, object]:
        """The notification in the format of oslo.messaging's notifiers."""
        return {
            "message_id": self.message_id,
            "publisher_id": self.publisher_id,
            "event_type": self.event_type,
            "priority": self.priority,
            "payload": self.payload,
            "timestamp": str(self.created_at),
        }
