"""Checks request bodies against the JSON-Schema of the request's microversion."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import fastjsonschema

from computeapi.api import values
from computeapi.api.versions import Version
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl.request import Request


def _integer(minimum: int, maximum: int) -> tuple[str, Callable[[str], bool]]:
    """Return the format of an integer that came as a string."""
    description = f"an integer from {minimum} to {maximum}"
    return description, partial(values.is_integer, minimum=minimum, maximum=maximum)


#: The format of a string -> what it must be, for whoever sent another, and how to tell.
_FORMATS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "name": ("printable, without white space around it", values.is_name),
    "uuid": ("a UUID", values.is_uuid),
    "optional-uuid": ("a UUID, or empty", lambda text: not text or values.is_uuid(text)),
    "ipv4": ("an IPv4 address", values.is_ipv4),
    "ipv6": ("an IPv6 address", values.is_ipv6),
    "ip": ("an IP address", values.is_ip),
    "int32": _integer(0, values.INT32_MAX),
    "positive-int32": _integer(1, values.INT32_MAX),
    "signed-int32": _integer(values.INT32_MIN, values.INT32_MAX),
    "lines": ("-1, or a number of lines", partial(values.is_integer, minimum=-1)),
}
_COMPILE = partial(
    fastjsonschema.compile,
    formats={name: check for name, (_, check) in _FORMATS.items()},
    use_default=False,
)


class Body:
    """The schemas of a request body.

    The schemas are compiled here, so make these at import, never at a request.

    :param schemas: JSON-Schemas, each by the first microversion that it holds for.
    """

    def __init__(self, schemas: Mapping[Version, dict[str, Any]]) -> None:
        self._checks = [
            (since, _COMPILE(schemas[since])) for since in sorted(schemas, reverse=True)
        ]

    def read(self, req: Request) -> Any:
        """Return the body of a request.

        :raises Invalid: when it is not as the request's microversion wants it.
        :raises falcon.HTTPError: when it is no JSON at all.
        """
        body = req.media
        self.check(body, req.version)
        return body

    def check(self, body: object, version: Version) -> None:
        """Check a body that has been read already.

        :raises Invalid: when it is not as ``version`` wants it.
        """
        check = next(check for since, check in self._checks if version >= since)
        try:
            check(body)
        except fastjsonschema.JsonSchemaValueException as error:
            raise Invalid(f"Invalid input: {_reason(error)}") from error


def _reason(error: fastjsonschema.JsonSchemaValueException) -> str:
    """Say what is wrong with which part of a body, without repeating the part."""
    reason = error.message
    if error.rule == "format":
        description, _ = _FORMATS[error.rule_definition]
        reason = f"{error.name} must be {description}"
    return reason.replace("data", "body", 1)
