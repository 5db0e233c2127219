"""Request bodies of external events (API reference, "Create external events")."""

from typing import Any

from computeapi.api import external_events as contract
from computeapi.domain.external_events import ExternalEvent
from computeapi.falcon_impl.schemas.spans import In
from computeapi.falcon_impl.schemas.values import SHORT, UUID, choice, record
from computeapi.falcon_impl.validation import Body

_EVENT = record(
    {
        "name": tuple(
            In(span, choice(kinds), required=True) for span, kinds in contract.KINDS.items()
        ),
        "server_uuid": UUID,
        "status": choice(contract.STATUSES),
        "tag": SHORT,
    },
    required=("server_uuid",),
)
CREATE = Body(
    record({"events": {"type": "array", "minItems": 1, "items": _EVENT}}, required=("events",))
)


def new_events(body: dict[str, Any]) -> list[ExternalEvent]:
    """Read a body that :data:`CREATE` let through."""
    return [ExternalEvent(e["name"], e["server_uuid"], e.get("tag")) for e in body["events"]]
