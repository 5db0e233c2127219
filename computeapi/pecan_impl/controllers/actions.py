"""Actions on a resource: one key of the body names the action, its value has the parameters.

Servers, flavors, aggregates and migrations have them. The type of the body declares each action
as an attribute; the method of the same name, which a theme's class brings along, carries it out.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from wsme.api import Response

from computeapi.api.versions import ALWAYS, MIN, Span
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import Success
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.actions import OneOf

T = TypeVar("T", bound=Callable[..., Any])


class Answer(NamedTuple):
    """The answer to an action.

    :ivar datatype: the type of the result, or None for an empty body.
    :ivar status: the status of the response.
    :ivar span: the microversions at which there is a body.
    :ivar faults: the statuses of errors that not every action has.
    :ivar refuses: whether every request is answered with one of these.
    """

    datatype: Any
    status: int
    span: Span
    faults: frozenset[int] = frozenset()
    refuses: bool = False

    @property
    def successes(self) -> tuple[Success, ...]:
        """The answers to requests that succeed; none, where every request is refused."""
        if self.refuses:
            return ()
        before = Success(self.status, None, Span(last=self.span.first.before))
        shown = Success(self.status, self.datatype, self.span)
        return (shown,) if self.span.first == MIN else (before, shown)


def action(
    datatype: Any = None,
    status: int = 202,
    span: Span = ALWAYS,
    faults: Iterable[int] = (),
    refuses: bool = False,
) -> Callable[[T], T]:
    """Mark a method that carries out an action; it is called with the parameters.

    :param datatype: the type of the result, or None for an empty body.
    :param status: the status of the response.
    :param span: the microversions at which there is a result; at others the body is empty.
    :param faults: the statuses of errors that not every action has.
    :param refuses: whether every request is answered with one of these.
    """

    def mark(method: T) -> T:
        vars(method)["answer"] = Answer(datatype, status, span, frozenset(faults), refuses)
        return method

    return mark


class ActionResource(Resource):
    """``.../action``: a subclass exposes ``post``, with its type of body, and calls :meth:`run`."""

    def run(self, body: OneOf) -> Response:
        """Carry out an action, and answer as its method is marked."""
        name, parameters = body.only()
        method = getattr(self, name)
        answer: Answer = method.answer
        datatype = answer.datatype if current().version in answer.span else None
        return Response(method(parameters), status_code=answer.status, return_type=datatype)
