"""The history of servers."""

from datetime import datetime
from typing import Self

from wsme.types import Unset

from computeapi.api.servers import changes
from computeapi.api.servers import instance_actions as facts
from computeapi.api.versions import Version
from computeapi.domain.operations import Operation
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.service.servers.instance_actions import SeenAction


class InstanceActionEvent(ResponseType):
    """The event of an action: how far it is, and how it ended."""

    event = str
    start_time = datetime
    finish_time = ResponseField(datetime, nullable=True)
    result = ResponseField(str, nullable=True)
    traceback = ResponseField(str, nullable=True, optional=True)
    hostId = ResponseField(str, span=changes.EVENT_HOSTS)
    host = ResponseField(str, span=changes.EVENT_HOSTS, nullable=True, optional=True)
    details = ResponseField(str, span=changes.EVENT_DETAILS, nullable=True, optional=True)

    @classmethod
    def of(cls, seen: SeenAction, version: Version) -> "InstanceActionEvent":
        """Return the event of an action."""
        operation = seen.operation
        shows_hosts = version in changes.EVENT_HOSTS
        shows_details = seen.details and version in changes.EVENT_DETAILS
        return cls(
            event=facts.event(operation),
            start_time=operation.created_at,
            finish_time=operation.finished_at,
            result=facts.result(operation),
            traceback=None if seen.tracebacks else Unset,
            hostId=facts.event_host_id(operation) if shows_hosts else Unset,
            host=operation.host if shows_hosts and seen.tracebacks else Unset,
            details=facts.reason(operation) if shows_details else Unset,
        )


class InstanceAction(ResponseType):
    """An action that was accepted on a server."""

    action = str
    instance_uuid = str
    request_id = str
    user_id = ResponseField(str, nullable=True)
    project_id = ResponseField(str, nullable=True)
    start_time = datetime
    message = ResponseField(str, nullable=True)
    updated_at = ResponseField(datetime, span=changes.HISTORY_PAGES)

    @classmethod
    def of(cls, operation: Operation, version: Version) -> Self:
        """Return an action without its events."""
        updated_at = operation.updated_at or operation.created_at
        return cls(
            action=facts.action(operation),
            instance_uuid=operation.server_id,
            request_id=operation.request_id,
            user_id=operation.user_id,
            project_id=operation.project_id,
            start_time=operation.created_at,
            message=facts.message(operation),
            updated_at=updated_at if version in changes.HISTORY_PAGES else Unset,
        )


class ShownInstanceAction(InstanceAction):
    """An action that was accepted on a server, with its events."""

    events_for_some = ResponseField(
        [InstanceActionEvent], "events", changes.EVENTS_FOR_SOME, optional=True
    )
    events = ResponseField([InstanceActionEvent], span=changes.EVENTS_FOR_ALL)


class InstanceActions(ResponseType):
    """A page of the actions on a server."""

    instanceActions = [InstanceAction]
    links = ResponseField([Link], span=changes.HISTORY_PAGES, optional=True)


class InstanceActionDocument(ResponseType):
    """An action on a server."""

    instanceAction = ShownInstanceAction
