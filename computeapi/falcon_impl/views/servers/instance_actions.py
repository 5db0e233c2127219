"""Response bodies of the history of servers (API reference, "Servers actions")."""

from typing import Any

from computeapi.api.servers import changes
from computeapi.api.servers import instance_actions as facts
from computeapi.api.versions import Version
from computeapi.domain.operations import Operation
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.schemas import (
    MOMENT,
    TEXT,
    at_times,
    constantly,
    entity,
    nullable,
    page,
)
from computeapi.service.servers.instance_actions import SeenAction

Document = dict[str, Any]

_ACTION = {
    "action": TEXT,
    "instance_uuid": TEXT,
    "request_id": TEXT,
    "user_id": nullable(TEXT),
    "project_id": nullable(TEXT),
    "start_time": MOMENT,
    "message": nullable(TEXT),
    "updated_at": constantly(MOMENT, changes.HISTORY_PAGES),
}
_EVENT = entity(
    {
        "event": TEXT,
        "start_time": MOMENT,
        "finish_time": nullable(MOMENT),
        "result": nullable(TEXT),
        "traceback": at_times(nullable(TEXT)),
        "hostId": constantly(TEXT, changes.EVENT_HOSTS),
        "host": at_times(nullable(TEXT), changes.EVENT_HOSTS),
        "details": at_times(nullable(TEXT), changes.EVENT_DETAILS),
    }
)
ACTIONS = page("instanceActions", entity(_ACTION), "links", changes.HISTORY_PAGES)
_EVENTS = (
    at_times(array(_EVENT), changes.EVENTS_FOR_SOME),
    constantly(array(_EVENT), changes.EVENTS_FOR_ALL),
)
ACTION = entity({"instanceAction": entity({**_ACTION, "events": _EVENTS})})


def action(operation: Operation, version: Version) -> Document:
    """Return an entry of the list."""
    document = {
        "action": facts.action(operation),
        "instance_uuid": operation.server_id,
        "request_id": operation.request_id,
        "user_id": operation.user_id,
        "project_id": operation.project_id,
        "start_time": operation.created_at,
        "message": facts.message(operation),
    }
    if version in changes.HISTORY_PAGES:
        document["updated_at"] = operation.updated_at or operation.created_at
    return document


def event(seen: SeenAction, version: Version) -> Document:
    """Return the event of an action."""
    operation = seen.operation
    document: Document = {
        "event": facts.event(operation),
        "start_time": operation.created_at,
        "finish_time": operation.finished_at,
        "result": facts.result(operation),
    }
    if seen.tracebacks:
        document["traceback"] = None
    if version in changes.EVENT_HOSTS:
        document["hostId"] = facts.event_host_id(operation)
        if seen.tracebacks:
            document["host"] = operation.host
    if version in changes.EVENT_DETAILS and seen.details:
        document["details"] = facts.reason(operation)
    return document
