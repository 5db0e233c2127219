"""The changes of one transaction, and the notifications about them."""

import uuid
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from computeapi.domain import log_context
from computeapi.domain.notifications import payload
from computeapi.domain.notifications.events import EVENTS, StageEvents
from computeapi.domain.notifications.notification import (
    Before,
    Notification,
    Settings,
    StateChanges,
)
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import Server, VmState


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    operation: Operation
    only_in: VmState | None = None
    message: str | None = None


class Changes:
    """Collects the changes of one transaction to servers and operations."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._before: dict[str, Before | None] = {}
        self._servers: dict[str, Server] = {}
        self._events: list[_Event] = []

    def knows(self, server_id: str) -> bool:
        """Return whether the transaction has saved a server before."""
        return server_id in self._servers

    def save(self, server: Server, before: Before | None) -> None:
        """Note that a server is saved.

        :param before: the server before the transaction; None for a new one. Only the first one
            counts.
        """
        self._before.setdefault(server.id, before)
        self._servers[server.id] = copy(server)

    def accept(self, operation: Operation) -> None:
        """Note a new operation, which may have ended already."""
        events = EVENTS.get(operation.action)
        if events is None:
            return
        if operation.state == OperationState.FAILED:
            self._fail(operation, operation.message)
            return
        stage = events.at(operation.stage)
        self._add(operation, stage.begin, stage)
        if operation.state == OperationState.DONE:
            self._add(operation, stage.end, stage)

    def advance(self, operation: Operation, stage: str) -> None:
        """Note that an operation goes on to a stage, and is not being undone."""
        events = EVENTS.get(operation.action)
        if events is None:
            return
        ended, begun = events.at(operation.stage), events.at(stage)
        if ended is not begun:
            self._add(operation, ended.end, ended)
            self._add(operation, begun.begin, begun)

    def finish(self, operation: Operation, state: str, message: str | None) -> None:
        """Note that an operation ends."""
        events = EVENTS.get(operation.action)
        if events is None:
            return
        if state == OperationState.DONE:
            stage = events.at(operation.stage)
            self._add(operation, stage.end, stage)
        elif state == OperationState.FAILED:
            self._fail(operation, message)

    def notifications(
        self, now: datetime, load: Callable[[str], Server | None]
    ) -> Iterator[Notification]:
        """Yield the notifications in the order in which they are to be sent.

        :param now: the moment of the transaction.
        :param load: returns a server that the transaction has not saved.
        """
        operations = {event.operation.server_id: event.operation for event in self._events}
        for server_id, server in self._servers.items():
            if self._is_told(self._before[server_id], server):
                fields = payload.of_update(self._before[server_id], server, now)
                yield self._made("update", server, operations.get(server_id), fields, now)
        for event in self._events:
            operation = event.operation
            found = self._servers.get(operation.server_id) or load(operation.server_id)
            if found is not None and event.only_in in (None, found.vm_state):
                fields = payload.of_operation(event.name, operation, found)
                if event.message is not None:
                    fields |= payload.of_failure(event.message, _code(operation, found))
                yield self._made(event.name, found, operation, fields, now)

    def _is_told(self, before: Before | None, server: Server) -> bool:
        """Return whether a change of a server makes an update."""
        told = self._settings.state_changes
        if told == StateChanges.NONE:
            return False
        if before is None or (before.name, before.vm_state) != (server.name, server.vm_state):
            return True
        return told == StateChanges.VM_AND_TASK_STATE and before.task_state != server.task_state

    def _made(
        self,
        name: str,
        server: Server,
        operation: Operation | None,
        fields: dict[str, object],
        now: datetime,
    ) -> Notification:
        return made(self._settings, name, server, operation, fields, now)

    def _add(self, operation: Operation, names: tuple[str, ...], stage: StageEvents) -> None:
        self._events.extend(_Event(name, operation, stage.only_in) for name in names)

    def _fail(self, operation: Operation, message: str | None) -> None:
        failed = EVENTS[operation.action].failed
        self._events.extend(_Event(name, operation, None, message or "") for name in failed)


def made(
    settings: Settings,
    name: str,
    server: Server,
    operation: Operation | None,
    fields: dict[str, object],
    now: datetime,
) -> Notification:
    """Return a notification about a server.

    :param name: such as ``create.end``.
    :param operation: that it is about, or None.
    :param fields: of the payload, beside those of every notification.
    """
    return Notification(
        id=None,
        message_id=str(uuid.uuid4()),
        event_type=f"compute.instance.{name}",
        priority="ERROR" if name.endswith(".error") else "INFO",
        publisher_id=f"compute.{server.host or settings.host}",
        created_at=now,
        context=_context(server, operation),
        payload=payload.of_server(server, settings.images_url) | fields,
    )


def _code(operation: Operation, server: Server) -> int:
    fault = operation.fault or server.fault
    return fault.code if fault else 500


def _context(server: Server, operation: Operation | None) -> dict[str, object]:
    """Return the request that made a change, and its caller: those of Nova's notifications."""
    request = log_context.current()
    request_id = request.request_id if request else None
    user_id, project_id = server.user_id, server.project_id
    if operation is not None:
        request_id, user_id = operation.request_id, operation.user_id
    elif request is not None:
        user_id, project_id = request.user_id or user_id, request.project_id or project_id
    return {
        "request_id": request_id,
        "user_id": user_id,
        "user": user_id,
        "project_id": project_id,
        "tenant": project_id,
    }
