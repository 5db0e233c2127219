"""Actions on a resource: one key of the body names the action, its value has the parameters.

Servers, flavors, aggregates and migrations have them.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import falcon

from computeapi.api.faults import NOT_JSON, NOT_ONE_ACTION
from computeapi.api.versions import ALWAYS, Span
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import record
from computeapi.falcon_impl.validation import Body

T = TypeVar("T", bound=Callable[..., None])
_MARK = "action"


class Action(NamedTuple):
    """An action.

    :ivar name: the key of the body.
    :ivar body: the schema of the body.
    :ivar span: the microversions at which the action is there.
    :ivar status: the status of the response, unless the responder sets another one.
    """

    name: str
    body: Body
    span: Span
    status: str


def action(
    name: str,
    parameters: Schema | tuple[In, ...],
    span: Span = ALWAYS,
    status: str = falcon.HTTP_202,
) -> Callable[[T], T]:
    """Mark a method as the responder to an action.

    It is called as ``method(req, resp, parameters, **path)``.

    :param name: the key of the body.
    :param parameters: the schema of the value, or one for each span.
    :param span: the microversions at which the action is there.
    :param status: the status of the response.
    """
    marking = Action(name, Body(record({name: parameters}, required=(name,))), span, status)

    def mark(method: T) -> T:
        setattr(method, _MARK, marking)
        return method

    return mark


class Actions:
    """``.../action``: a resource of the actions that the methods of several objects respond to.

    :param themes: objects with methods that :func:`action` marks.
    :ivar actions: each action by its name, with the method that responds to it.
    :raises ValueError: when two methods respond to the same action.
    """

    def __init__(self, *themes: object) -> None:
        self.actions: dict[str, tuple[Action, Callable[..., None]]] = {}
        for theme in themes:
            for marking, method in marked(theme):
                if marking.name in self.actions:
                    raise ValueError(f"Two methods respond to the action {marking.name}")
                self.actions[marking.name] = (marking, method)

    def on_post(self, req: Request, resp: falcon.Response, **path: str) -> None:
        """Run an action.

        :raises Invalid: when there is no such action, or its parameters are malformed.
        :raises falcon.HTTPNotFound: when the action is not there at the request's microversion.
        """
        body = req.media
        if not isinstance(body, dict):
            raise Invalid(NOT_JSON)
        if len(body) != 1:
            raise Invalid(NOT_ONE_ACTION)
        [(name, parameters)] = body.items()
        if name not in self.actions:
            raise Invalid(f"There is no such action: {name}")
        requested, respond = self.actions[name]
        if req.version not in requested.span:
            raise falcon.HTTPNotFound
        requested.body.check(body, req.version)
        resp.status = requested.status
        respond(req, resp, parameters, **path)


def marked(theme: object) -> Iterator[tuple[Action, Callable[..., None]]]:
    """Yield the actions that the methods of an object respond to."""
    for name in dir(theme):
        method = getattr(theme, name)
        if isinstance(marking := getattr(method, _MARK, None), Action):
            yield marking, method
