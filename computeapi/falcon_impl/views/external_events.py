"""Response bodies of external events (API reference, "Create external events")."""

from typing import Any

from computeapi.domain.external_events import EventResult
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, at_times, entity

_EVENT = entity(
    {"name": TEXT, "server_uuid": TEXT, "status": TEXT, "code": INTEGER, "tag": at_times(TEXT)}
)
EVENTS = entity({"events": array(_EVENT)})


def detail(result: EventResult) -> dict[str, Any]:
    """Return the document of one event."""
    event = result.event
    document = {
        "name": event.name,
        "server_uuid": event.server_id,
        "status": result.status,
        "code": result.code,
    }
    return document if event.tag is None else {**document, "tag": event.tag}
