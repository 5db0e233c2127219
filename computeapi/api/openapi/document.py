"""The OpenAPI 3.1 document of the service, put together of its operations.

https://spec.openapis.org/oas/v3.1.0; ``x-openstack`` is the extension by which OpenStack's own
documents say what a microversion or an action changes.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from itertools import groupby
from typing import Any

from computeapi.api.faults import NAMES
from computeapi.api.formats import FORMATS
from computeapi.api.openapi.operations import GONE, Answer, Operation, answers_of
from computeapi.api.openapi.schemas import (
    DISCRIMINATOR,
    EXTENSION,
    Part,
    Schema,
    joined,
    marked,
    normal,
    record,
    versions,
)
from computeapi.api.parameters import Parameter, Query
from computeapi.api.versions import HEADER, MAX, MIN, Span

Document = dict[str, Any]

VERSION = "3.1.0"
TITLE = "Compute"
_JSON = "application/json"
_DESCRIPTION = (
    "OpenStack Compute with microversions. A request names one in the header "
    f"{HEADER}, such as `compute {MAX}`; without it, {MIN} counts. "
    f"`{EXTENSION}` says at which microversions a part of this document holds: from `min-ver` to "
    "`max-ver`, both included. A property with `required` there is required at these "
    "microversions. Where it has `discriminator: microversion`, the microversion decides which "
    "of the alternatives counts; where it has `discriminator: action`, the one key of the body "
    "does, and the alternative names it in `action-name`, with the statuses of its responses in "
    "`responses`. A query with `strict-query` refuses other parameters at these microversions."
)


def document(operations: Iterable[Operation]) -> Document:
    """Return the document of a service.

    :param operations: all of the service, in any order.
    """
    found = sorted(operations, key=lambda one: (one.path, one.method, one.action, one.span.first))
    paths: Document = {}
    for (path, method), alternatives in groupby(found, key=lambda one: (one.path, one.method)):
        paths.setdefault(path, _path(path))[method.lower()] = _operation(list(alternatives))
    return {
        "openapi": VERSION,
        "info": {"title": TITLE, "version": str(MAX), "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": normal(paths),
        "components": _components(),
        "x-formats": {name: format_.description for name, format_ in FORMATS.items()},
    }


def _components() -> Document:
    fault = record(
        {
            "code": [Part({"type": "integer"}, required=True)],
            "message": [Part({"type": "string"}, required=True)],
        }
    )
    names = sorted({*NAMES.values(), "computeFault"})
    body = {
        **record({name: [Part({"$ref": "#/components/schemas/FaultDetails"})] for name in names}),
        "minProperties": 1,
        "maxProperties": 1,
    }
    schema = {"schema": {"$ref": "#/components/schemas/Fault"}}
    return {
        "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}},
        "schemas": {"Fault": body, "FaultDetails": fault},
        "responses": {"Fault": {"description": "An error", "content": {_JSON: schema}}},
        "parameters": {
            "Microversion": {
                "name": HEADER,
                "in": "header",
                "description": "The microversion of the request.",
                "schema": {"type": "string", "examples": [f"compute {MAX}", "compute latest"]},
            }
        },
    }


def _path(path: str) -> Document:
    """Return a path without operations: the parameters that all of its operations have."""
    variable: list[Document] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", path)
    ]
    return {"parameters": [*variable, {"$ref": "#/components/parameters/Microversion"}]}


def _operation(alternatives: list[Operation]) -> Document:
    """Return an operation.

    :param alternatives: one, or the actions of a resource, or an operation at several spans.
    """
    one = alternatives[0]
    is_action = bool(one.action)
    document: Document = {
        "operationId": _operation_id(one),
        "summary": "Run an action." if is_action else one.summary,
        "tags": [_tag(one.path)],
        "responses": _responses(_by_action(alternatives)),
    }
    if one.anonymous:
        document["security"] = []
    if one.is_removed and not is_action:
        document["deprecated"] = True
    if one.query is not None and (parameters := _parameters(one.query)):
        document["parameters"] = parameters
    if one.body is not None:
        schema = _actions(alternatives) if is_action else one.body
        is_required = "null" not in schema.get("type", ())
        content = {_JSON: {"schema": schema}}
        document["requestBody"] = {"content": content, "required": is_required}
    members = {} if is_action else {**versions(one.span), **_strict(one.query)}
    return {**document, EXTENSION: members} if members else document


def _operation_id(operation: Operation) -> str:
    words = re.findall(r"[A-Za-z0-9]+", operation.path)
    return "_".join([operation.method.lower(), *words])


def _tag(path: str) -> str:
    """Return the noun that a path is about."""
    words = [word for word in path.split("/")[2:] if not word.startswith("{")]
    return words[0] if words else "versions"


def _strict(query: Query[Any] | None) -> Document:
    if query is None or query.strict is None:
        return {}
    return {"strict-query": versions(query.strict)}


def _parameters(query: Query[Any]) -> list[Document]:
    """Return the query parameters; those that only a pattern names are left out."""
    named = {n: found for n, found in query.parameters.items() if not n.endswith("*")}
    return [_parameter(name, found) for name, found in named.items()]


def _parameter(name: str, found: list[Parameter[Any]]) -> Document:
    parts = joined(Part(dict(parameter.schema), parameter.span) for parameter in found)
    document: Document = {"name": name, "in": "query"}
    if len(parts) == 1:
        document["schema"] = parts[0].schema
        return marked(document, **versions(parts[0].span))
    schemas = [marked(part.schema, **versions(part.span)) for part in parts]
    document["schema"] = {"anyOf": schemas, EXTENSION: {DISCRIMINATOR: "microversion"}}
    return document


def _by_action(alternatives: list[Operation]) -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for one in alternatives:
        found.setdefault(one.action, []).append(one)
    return found


def _actions(alternatives: list[Operation]) -> Schema:
    """Return the schema of the body of a resource of actions."""
    actions = _by_action(alternatives)
    schemas = [_action(name, found) for name, found in actions.items()]
    return {"anyOf": schemas, EXTENSION: {DISCRIMINATOR: "action"}}


def _action(name: str, found: list[Operation]) -> Schema:
    parts = joined(Part(one.body or {}, one.span, required=True) for one in found)
    span = Span(parts[0].span.first, parts[-1].span.last)
    statuses = sorted({str(status) for one in found for status in one.statuses})
    members = {"action-name": name, **versions(span), "responses": statuses}
    schema = {
        **record({name: parts}),
        "required": [name],
        "description": found[0].summary,
    }
    return marked(schema, **members)


def _responses(actions: dict[str, list[Operation]]) -> Document:
    found: dict[int, list[tuple[str, Answer]]] = {}
    for action, alternatives in actions.items():
        for answer in answers_of(alternatives):
            found.setdefault(answer.status, []).append((action, answer))
    responses = {str(status): _response(status, found[status]) for status in sorted(found)}
    errors = {status for one in actions.values() for each in one for status in each.errors}
    for status in sorted(errors):
        reference = {"$ref": "#/components/responses/Fault", "description": _phrase(status)}
        responses.setdefault(str(status), reference)
    return responses


def _phrase(status: int) -> str:
    return "The operation was removed." if status == GONE else HTTPStatus(status).phrase


def _response(status: int, answers: list[tuple[str, Answer]]) -> Document:
    """Return the response of a status: of one operation, or of those actions that have it."""
    document: Document = {"description": HTTPStatus(status).phrase}
    schemas = [
        marked(
            answer.schema,
            **({"action-name": action} if action else {}),
            **versions(answer.span),
        )
        for action, answer in answers
        if answer.schema is not None
    ]
    if schemas:
        choice = "action" if answers[0][0] else "microversion"
        schema = schemas[0]
        if len(schemas) > 1:
            schema = {"anyOf": schemas, EXTENSION: {DISCRIMINATOR: choice}}
        document["content"] = {_JSON: {"schema": schema}}
    if not answers[0][0]:
        span = Span(answers[0][1].span.first, answers[-1][1].span.last)
        return marked(document, **versions(span))
    return document
