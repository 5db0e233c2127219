"""The history of servers."""

from datetime import datetime

from wsme.types import Unset

from computeapi.api.servers import changes
from computeapi.api.servers import instance_actions as facts
from computeapi.api.versions import Version
from computeapi.domain.operations import Operation
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.responses import ResponseType


class Event(ResponseType):
    """The event of an action: how far it is, and how it ended."""

    event = str
    start_time = datetime
    finish_time = datetime
    result = str
    traceback = str
    hostId = str
    host = str
    details = str

    @classmethod
    def of(cls, operation: Operation, version: Version, tracebacks: bool, details: bool) -> "Event":
        """Return the event of an operation.

        :param tracebacks: whether the caller may see tracebacks and hosts.
        :param details: whether the caller may see the reason of a failure.
        """
        shows_hosts = version in changes.EVENT_HOSTS
        shows_details = details and version in changes.EVENT_DETAILS
        return cls(
            event=facts.event(operation),
            start_time=operation.created_at,
            finish_time=operation.finished_at,
            result=facts.result(operation),
            traceback=None if tracebacks else Unset,
            hostId=facts.event_host_id(operation) if shows_hosts else Unset,
            host=operation.host if shows_hosts and tracebacks else Unset,
            details=facts.reason(operation) if shows_details else Unset,
        )


class InstanceAction(ResponseType):
    """An action that was accepted on a server."""

    action = str
    instance_uuid = str
    request_id = str
    user_id = str
    project_id = str
    start_time = datetime
    message = str
    updated_at = datetime
    events = [Event]

    @classmethod
    def of(cls, operation: Operation, version: Version) -> "InstanceAction":
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


class InstanceActions(ResponseType):
    """A page of the actions on a server."""

    instanceActions = [InstanceAction]
    links = [Link]


class InstanceActionDocument(ResponseType):
    """An action on a server."""

    instanceAction = InstanceAction
