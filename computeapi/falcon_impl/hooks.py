"""Falcon hooks of responders: the microversions that a responder serves."""

import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import falcon

from computeapi.api.versions import ALWAYS, Span
from computeapi.falcon_impl.request import Request

T = TypeVar("T", bound=Callable[..., Any])
_SPAN = "span"


def during(span: Span) -> Callable[[T], T]:
    """Decorate a responder, or a class of them, that is there at some microversions only.

    At other ones it answers 404, as a path that leads nowhere does.
    """

    def decorate(decorated: T) -> T:
        hooked: T = falcon.before(cast(Any, _require), span)(decorated)
        for responder in _responders(hooked):
            setattr(responder, _SPAN, span)
        return hooked

    return decorate


def limit(respond: Callable[..., None], span: Span) -> Callable[..., None]:
    """Return a responder that does the same as another one, at some of its microversions only.

    :param respond: a method of a resource that there is already.
    """

    def limited(req: Request, resp: falcon.Response, **path: Any) -> None:
        _require(req, resp, None, path, span)
        respond(req, resp, **path)

    functools.update_wrapper(limited, respond)
    setattr(limited, _SPAN, span_of(respond) & span)
    return limited


def span_of(responder: object) -> Span:
    """Return the microversions at which a responder is there."""
    span: Span = getattr(responder, _SPAN, ALWAYS)
    return span


def _responders(decorated: object) -> Iterator[object]:
    if not isinstance(decorated, type):
        yield decorated
        return
    for name, value in vars(decorated).items():
        if name.startswith("on_"):
            yield value


def _require(
    req: Request, resp: falcon.Response, resource: object, params: dict[str, Any], span: Span
) -> None:
    if req.version not in span:
        raise falcon.HTTPNotFound
