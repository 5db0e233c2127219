"""The operations of a front end, as it declares them: of these the OpenAPI document is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from computeapi.api.openapi.schemas import Part, Schema, joined
from computeapi.api.parameters import Query
from computeapi.api.versions import ALWAYS, Span


class Answer(NamedTuple):
    """An answer to a request that succeeds.

    :ivar schema: of the body; None where there is none.
    :ivar span: the microversions at which the operation answers so.
    """

    status: int
    schema: Schema | None
    span: Span = ALWAYS


@dataclass(frozen=True)
class Operation:
    """An operation.

    :ivar method: of HTTP, in upper case.
    :ivar path: with the version in front, and the names of its variable segments in braces.
    :ivar summary: a sentence.
    :ivar span: the microversions at which it is there.
    :ivar action: the key of the body that names the action; empty for other operations.
    :ivar body: the schema of the body, or of the parameters of the action, at the microversions
        of ``span``; None where no body is read.
    :ivar query: its query parameters; None where it reads none.
    :ivar answers: the answers to requests that succeed.
    :ivar faults: the statuses of errors that not every operation has.
    :ivar anonymous: whether it needs no token.
    """

    method: str
    path: str
    summary: str
    span: Span
    answers: tuple[Answer, ...]
    action: str = ""
    body: Schema | None = None
    query: Query[Any] | None = None
    faults: frozenset[int] = frozenset()
    anonymous: bool = False

    @property
    def is_removed(self) -> bool:
        """Whether each request is answered that it was removed."""
        return GONE in self.faults

    @property
    def statuses(self) -> frozenset[int]:
        """The statuses of all of its answers."""
        return frozenset(answer.status for answer in self.answers) | self.errors

    @property
    def errors(self) -> frozenset[int]:
        """The statuses of the errors that it may answer with."""
        found = self.faults | (_ANONYMOUS if self.anonymous else _COMMON)
        if self.body is not None:
            found |= _OF_BODIES
        # The state of a resource may forbid any action, unless all requests are refused.
        return found | {CONFLICT} if self.action and self.answers else found


CONFLICT, GONE = 409, 410
#: A malformed request, an unknown microversion, an error of the service, no database.
_ANONYMOUS = frozenset({400, 404, 406, 500, 503})
#: No token, no permission.
_COMMON = _ANONYMOUS | {401, 403}
#: A body that is too large, or not JSON.
_OF_BODIES = frozenset({413, 415})


def answers_of(operations: Iterable[Operation]) -> list[Answer]:
    """Return the answers of the alternatives of one operation, each once, in order."""
    parts: dict[int, list[Part]] = {}
    for operation in operations:
        for answer in operation.answers:
            if answer.span.overlaps(operation.span):
                span = answer.span & operation.span
                # No schema at all is another thing than a schema of anything.
                part = Part({"schema": answer.schema}, span)
                found = parts.setdefault(answer.status, [])
                if part not in found:
                    found.append(part)
    return [
        Answer(status, part.schema["schema"], part.span)
        for status, found in sorted(parts.items())
        for part in joined(found)
    ]
