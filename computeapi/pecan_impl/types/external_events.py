"""Events that other services report."""

from typing import Any

from wsme.types import StringType, Unset

from computeapi.api import external_events as contract
from computeapi.api import values
from computeapi.api.openapi.schemas import Schema
from computeapi.api.versions import Span
from computeapi.domain.external_events import EventResult, ExternalEvent
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import UUID, Anything, choice


class EventName(Anything):
    """The kind of an event, of those that the request's microversion has."""

    name = "event"

    def validate(self, value: Any) -> str:
        """Check a value."""
        if not isinstance(value, str) or value not in contract.kinds_at(current().version):
            raise ValueError("Value should be a known event")
        return value

    @property
    def parts(self) -> dict[Span, Schema]:
        """The schema of a value at each span of microversions."""
        return {
            span: {"type": "string", "enum": list(kinds)} for span, kinds in contract.KINDS.items()
        }


class Event(RequestType):
    """An event of a server."""

    name = RequestField(EventName(), mandatory=True)
    server_uuid = RequestField(UUID, mandatory=True)
    status = RequestField(choice(contract.STATUSES))
    tag = RequestField(StringType(max_length=values.MAX_LENGTH), default=None)


class Events(RequestType):
    """The body of a request that reports events."""

    events = RequestField([Event], size=(1, None), mandatory=True)

    def new(self) -> list[ExternalEvent]:
        """Return the events."""
        return [ExternalEvent(e.name, e.server_uuid, e.tag) for e in self.events]


class TakenEvent(ResponseType):
    """An event with the answer to it."""

    code = int
    name = str
    server_uuid = str
    status = str
    tag = ResponseField(str, optional=True)

    @classmethod
    def of(cls, result: EventResult) -> "TakenEvent":
        """Return the answer to an event."""
        event = result.event
        return cls(
            code=result.code,
            name=event.name,
            server_uuid=event.server_id,
            status=result.status,
            tag=Unset if event.tag is None else event.tag,
        )


class TakenEvents(ResponseType):
    """The events of a request, each with the answer to it."""

    events = [TakenEvent]
