"""Holds requests and responses against the OpenAPI document of the service itself."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from jsonschema_rs import Draft202012Validator, ValidationError

from computeapi.api.formats import FORMATS
from computeapi.api.versions import MIN, Span, Version

Schema = dict[str, Any]
_EXTENSION = "x-openstack"
_CHECKS = {name: format_.check for name, format_ in FORMATS.items()}


def _is_exact_moment(text: str) -> bool:
    try:
        return (
            datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f").isoformat("T", "microseconds") == text
        )
    except ValueError:
        return False


_CHECKS["exact-moment"] = _is_exact_moment


@dataclass(frozen=True)
class Exchange:
    """A request and its response.

    :ivar path: without a project, below ``/v2.1``, without a slash at the end.
    :ivar version: that the response names; None when it names none.
    :ivar sent: the document of the request; None when it had no body that can be read.
    :ivar answered: the document of the response; None when it had no body.
    """

    method: str
    path: str
    query: str
    version: Version | None
    status: int
    sent: Any
    answered: Any


def span_of(part: Mapping[str, Any]) -> Span:
    """Return the microversions at which a part of the document holds."""
    members = part.get(_EXTENSION, {})
    first, last = (members.get(name) for name in ("min-ver", "max-ver"))
    return Span(_version(first) if first else MIN, _version(last) if last else None)


def _version(text: str) -> Version:
    major, minor = text.split(".")
    return Version(int(major), int(minor))


def at(schema: Any, version: Version) -> Any:
    """Return a schema at a microversion: the parts that hold there, as plain JSON Schema."""
    if isinstance(schema, list):
        return [at(item, version) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get(_EXTENSION, {}).get("discriminator") == "microversion":
        (schema,) = _holding(schema["anyOf"], version)
    apart = (_EXTENSION, "properties")
    plain = {key: at(value, version) for key, value in schema.items() if key not in apart}
    if isinstance(schema.get("properties"), dict):
        there = {name: one for name, one in schema["properties"].items() if _holds(one, version)}
        plain["properties"] = {name: at(one, version) for name, one in there.items()}
        required = {name for name, one in there.items() if _is_required(one, version)}
        plain["required"] = sorted(required.union(schema.get("required", ())))
    return plain


def _holding(schemas: list[Schema], version: Version) -> list[Schema]:
    return [one for one in schemas if version in span_of(one)]


def _holds(schema: Schema, version: Version) -> bool:
    if schema.get(_EXTENSION, {}).get("discriminator") == "microversion":
        return bool(_holding(schema["anyOf"], version))
    return version in span_of(schema)


def _is_required(schema: Schema, version: Version) -> bool:
    members = schema.get(_EXTENSION, {})
    if members.get("discriminator") == "microversion":
        (schema,) = _holding(schema["anyOf"], version)
    return bool(schema.get(_EXTENSION, {}).get("required"))


@dataclass
class Description:
    """The OpenAPI document of a service.

    :param document: as the service serves it.
    """

    document: dict[str, Any]
    _validators: dict[Any, Draft202012Validator] = field(default_factory=dict)

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], str]]:
        """The paths as patterns, those with the fewest variable segments first."""
        paths = sorted(self.document["paths"], key=lambda path: path.count("{"))
        return [(re.compile(re.sub(r"{\w+}", "[^/]+", path)), path) for path in paths]

    def find(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the operation of a request, or None."""
        for pattern, found in self._paths:
            if pattern.fullmatch(path):
                operation: dict[str, Any] | None = self.document["paths"][found].get(method.lower())
                return operation
        return None

    def violations(self, exchange: Exchange) -> Iterator[str]:
        """Yield the sentences of the document that a request or its response breaks."""
        operation = self.find(exchange.method, exchange.path)
        if operation is None:
            if exchange.status < 400:
                yield "the document has no such operation"
            return
        action = _action(operation, exchange.sent)
        statuses = action["responses"] if action else list(operation["responses"])
        if str(exchange.status) not in statuses:
            yield f"the document has no status {exchange.status}, but {', '.join(statuses)}"
        elif exchange.status >= 400:
            yield from self._invalid("fault", self._fault, exchange.answered, MIN)
        else:
            yield from self._successful(operation, action, exchange)

    def _successful(
        self, operation: dict[str, Any], action: dict[str, Any] | None, exchange: Exchange
    ) -> Iterator[str]:
        version = exchange.version or MIN
        if version not in span_of({_EXTENSION: action} if action else operation):
            yield f"the operation is not there at {version}"
            return
        yield from self._query(operation, exchange, version)
        body = operation.get("requestBody")
        if body:
            schema = body["content"]["application/json"]["schema"]
            yield from self._invalid("request", _choice(schema, action), exchange.sent, version)
        response = operation["responses"][str(exchange.status)]
        if version not in span_of(response):
            yield f"the status {exchange.status} is not there at {version}"
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        schema = None if schema is None else _answer(schema, action, version)
        if schema is not None:
            yield from self._invalid("response", schema, exchange.answered, version)
        elif exchange.answered is not None:
            yield "the response has a body, and none in the document"

    def _query(
        self, operation: dict[str, Any], exchange: Exchange, version: Version
    ) -> Iterator[str]:
        strict = operation.get(_EXTENSION, {}).get("strict-query")
        if strict is None or version not in span_of({_EXTENSION: strict}):
            return
        known = [one["name"] for one in operation.get("parameters", ()) if version in _named(one)]
        for name in parse_qs(exchange.query, keep_blank_values=True):
            if name not in known and not name.startswith("_"):
                yield f"the query parameter {name} is not there at {version}"

    @property
    def _fault(self) -> Schema:
        components = self.document["components"]
        return {"$ref": "#/components/schemas/Fault", "components": components}

    def _invalid(self, what: str, schema: Schema, value: Any, version: Version) -> Iterator[str]:
        key = (id(schema) if what != "fault" else what, version)
        if key not in self._validators:
            self._validators[key] = Draft202012Validator(
                at(schema, version), formats=_CHECKS, validate_formats=True
            )
        try:
            self._validators[key].validate(value)
        except ValidationError as error:
            steps = "/".join(map(str, error.instance_path))
            yield f"the {what} breaks the document at {steps or 'its root'}: {error.message[:300]}"


def _named(parameter: dict[str, Any]) -> Span:
    """Return the microversions at which a query parameter is there."""
    alternatives = parameter["schema"].get("anyOf")
    if alternatives is None:
        return span_of(parameter)
    spans = [span_of(one) for one in alternatives]
    return Span(spans[0].first, spans[-1].last)


def _action(operation: dict[str, Any], sent: Any) -> dict[str, Any] | None:
    """Return the extension of the action that a body names, or None."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = body.get("schema", {})
    if schema.get(_EXTENSION, {}).get("discriminator") != "action":
        return None
    for one in schema["anyOf"]:
        members: dict[str, Any] = one[_EXTENSION]
        if isinstance(sent, dict) and list(sent) == [members["action-name"]]:
            return members
    return None


def _choice(schema: Schema, action: dict[str, Any] | None) -> Schema:
    """Return the alternative of an action."""
    if action is None or schema.get(_EXTENSION, {}).get("discriminator") != "action":
        return schema
    (found,) = (one for one in schema["anyOf"] if one[_EXTENSION] is action)
    return found


def _answer(schema: Schema, action: dict[str, Any] | None, version: Version) -> Schema | None:
    """Return the schema of the body of a response; None when there is no body."""
    schemas = schema["anyOf"] if "discriminator" in schema.get(_EXTENSION, {}) else [schema]
    name = action and action["action-name"]
    found = [
        one
        for one in _holding(schemas, version)
        if one.get(_EXTENSION, {}).get("action-name") == name
    ]
    return found[0] if found else None


def load(text: bytes) -> Description:
    """Return the description of a service.

    :param text: the document as the service serves it.
    """
    return Description(json.loads(text))
