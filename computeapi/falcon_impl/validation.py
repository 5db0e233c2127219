"""Checks request bodies against the JSON-Schema of the request's microversion."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any

import fastjsonschema

from computeapi.api.versions import Version
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl.request import Request

#: Also as a URN and in braces, as Nova takes it.
_UUID = re.compile(
    r"(?:urn:)?(?:uuid:)?\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE
)
_INT32_MAX = 2**31 - 1


def _is_printable(char: str) -> bool:
    """Tell whether a name may hold a character: no control codes, nothing above the BMP."""
    category = unicodedata.category(char)
    return char <= "\uffff" and category[0] != "C" and category not in ("Zl", "Zp")


def _is_name(text: str) -> bool:
    """Tell whether a text is printable, without white space around it."""
    if text.isascii() and text.isprintable():
        return text == text.strip()
    ends = (unicodedata.category(char) for char in (text[:1] + text[-1:]))
    return all(map(_is_printable, text)) and "Zs" not in ends


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def _parses(kind: Callable[[str], object]) -> Callable[[str], bool]:
    """Make a format of a class that raises on what is none."""

    def check(text: str) -> bool:
        try:
            kind(text)
        except AddressValueError:
            return False
        return "%" not in text

    return check


_is_ipv4, _is_ipv6 = _parses(IPv4Address), _parses(IPv6Address)


def _int32(least: int) -> Callable[[str], bool]:
    """Make the format of an integer that came as a string."""
    return lambda text: (
        text.isascii()
        and text.isdigit()
        and len(text.lstrip("0")) <= len(str(_INT32_MAX))
        and least <= int(text.lstrip("0") or 0) <= _INT32_MAX
    )


#: The format of a string -> what it must be, for whoever sent another, and how to tell.
_FORMATS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "name": ("printable, without white space around it", _is_name),
    "uuid": ("a UUID", _is_uuid),
    "optional-uuid": ("a UUID, or empty", lambda text: not text or _is_uuid(text)),
    "ipv4": ("an IPv4 address", _is_ipv4),
    "ipv6": ("an IPv6 address", _is_ipv6),
    "ip": ("an IP address", lambda text: _is_ipv4(text) or _is_ipv6(text)),
    "int32": (f"an integer from 0 to {_INT32_MAX}", _int32(0)),
    "positive-int32": (f"an integer from 1 to {_INT32_MAX}", _int32(1)),
}
_COMPILE = partial(
    fastjsonschema.compile,
    formats={name: check for name, (_, check) in _FORMATS.items()},
    use_default=False,
)


class Body:
    """What the body of a request must look like.

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
