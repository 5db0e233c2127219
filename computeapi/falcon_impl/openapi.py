"""The operations of this front end, as its routes and the marks on its responders declare them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from falcon.routing import map_http_methods

from computeapi.api.openapi.operations import Answer, Operation
from computeapi.api.openapi.schemas import Part, record
from computeapi.api.versions import Span
from computeapi.falcon_impl.actions import Action, Actions
from computeapi.falcon_impl.declarations import Declaration, declared
from computeapi.falcon_impl.hooks import span_of
from computeapi.falcon_impl.route import Route
from computeapi.falcon_impl.schemas.spans import Schema, alternatives

Responder = Callable[..., Any]


def operations(routes: Iterable[Route]) -> Iterator[Operation]:
    """Yield the operations of routes."""
    for route in routes:
        if isinstance(route.resource, Actions):
            span = span_of(route.resource.on_post)
            for action, respond in route.resource.actions.values():
                yield from _actions(route.path, action, respond, span)
        else:
            responders: Mapping[str, Any] = map_http_methods(route.resource, suffix=route.suffix)
            for method, respond in responders.items():
                yield _operation(route, method, respond)


def _operation(route: Route, method: str, respond: Responder) -> Operation:
    declaration = declared(respond)
    return Operation(
        method=method,
        path=route.path,
        summary=_summary(respond),
        span=span_of(respond),
        answers=_answers(declaration),
        body=described(declaration.body.schema) if declaration.body else None,
        query=declaration.query,
        faults=declaration.faults,
        anonymous=getattr(route.resource, "anonymous", False),
    )


def _actions(path: str, action: Action, respond: Responder, span: Span) -> Iterator[Operation]:
    """Yield an action: one operation for each span at which its parameters are others."""
    declaration = declared(respond)
    status = HTTPStatus(int(action.status[:3]))
    answers = _answers(declaration) or (Answer(status, None),)
    for parameters in alternatives(action.body.schema["properties"][action.name]):
        yield Operation(
            method="POST",
            path=path,
            summary=_summary(respond),
            span=parameters.span & action.span & span,
            answers=() if declaration.refuses else answers,
            action=action.name,
            body=described(parameters.schema),
            faults=declaration.faults,
        )


def _answers(declaration: Declaration) -> tuple[Answer, ...]:
    return tuple(
        Answer(status, None if schema is None else described(schema), span)
        for status, schema, span in declaration.successes
    )


def _summary(respond: Responder) -> str:
    """Return the first line of a responder's docstring."""
    return (respond.__doc__ or "").partition("\n")[0]


def described(schema: Schema) -> Schema:
    """Return a schema with spans as the OpenAPI document has it."""
    plain = {key: _described(value) for key, value in schema.items() if key != "properties"}
    if "properties" not in schema:
        return plain
    required = plain.pop("required", ())
    properties = {
        name: [
            Part(described(one.schema), one.span, one.required or name in required)
            for one in alternatives(value)
        ]
        for name, value in schema["properties"].items()
    }
    return _open(plain, {**record(properties), **plain})


def _open(plain: Schema, closed: Schema) -> Schema:
    """Return the schema of an object, which is open unless the plain one closes it."""
    if "additionalProperties" in plain:
        return closed
    return {key: value for key, value in closed.items() if key != "additionalProperties"}


def _described(value: Any) -> Any:
    if isinstance(value, dict):
        return described(value)
    return [_described(item) for item in value] if isinstance(value, list) else value
