"""The operations of this front end, as its controllers and types declare them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from computeapi.api.openapi.operations import Answer, Operation
from computeapi.api.openapi.schemas import Schema
from computeapi.api.versions import Span
from computeapi.pecan_impl.controllers.actions import ActionResource
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import Declaration, Success
from computeapi.pecan_impl.types.requests import RequestField, all_fields
from computeapi.pecan_impl.types.schemas import nullable, schema_of


def operations(controller: type[Resource], path: str = "") -> Iterator[Operation]:
    """Yield the operations of a controller, and of those below it.

    :param path: of the controller.
    """
    for method, span in controller.operations.items():
        exposed = getattr(controller, method.lower())
        if issubclass(controller, ActionResource):
            yield from _actions(controller, path, exposed.declaration.body, span)
        else:
            yield _operation(method, path or "/", exposed, span)
    for segment, child in controller.children.items():
        yield from operations(child, f"{path}/{segment}")
    if controller.item is not None:
        yield from operations(controller.item, f"{path}/{{{controller.item.segment}}}")


def _operation(method: str, path: str, exposed: Callable[..., Any], span: Span) -> Operation:
    declaration: Declaration = vars(exposed)["declaration"]
    return Operation(
        method=method,
        path=path,
        summary=_summary(exposed),
        span=span,
        answers=_answers(declaration.successes),
        body=_body(declaration),
        query=declaration.query,
        faults=declaration.faults,
        anonymous=declaration.anonymous,
    )


def _actions(
    controller: type[ActionResource], path: str, body: Any, span: Span
) -> Iterator[Operation]:
    fields: list[RequestField] = all_fields(body)
    for field in fields:
        method = getattr(controller, field.key)
        schema = schema_of(field.datatype)
        yield Operation(
            method="POST",
            path=path,
            summary=_summary(method),
            span=field.span & span,
            answers=_answers(method.answer.successes),
            action=field.name,
            body=nullable(schema) if field.nullable else schema,
            faults=method.answer.faults,
        )


def _answers(successes: Iterable[Success]) -> tuple[Answer, ...]:
    return tuple(Answer(status, _schema(datatype), span) for status, datatype, span in successes)


def _body(declaration: Declaration) -> Schema | None:
    schema = _schema(declaration.body)
    return nullable(schema) if schema and declaration.optional_body else schema


def _schema(datatype: Any) -> Schema | None:
    return None if datatype is None else schema_of(datatype)


def _summary(method: Any) -> str:
    """Return the first line of a method's docstring."""
    return (method.__doc__ or "").partition("\n")[0]
