"""The bodies of requests: their media types, and JSON within bounds."""

import json
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NoReturn

import orjson

from computeapi.api.faults import NOT_JSON_TYPE
from computeapi.domain.errors import Error

JSON = "application/json"
#: Some WSGI servers say text/plain where a client named no type.
_TYPES = frozenset({JSON, "application/vnd.openstack.compute+json", "text/plain"})

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = rf'({_WORD})=({_WORD}|"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t\x20-\x7e\x80-\xff])*")'
#: RFC 9110, 8.3.1 and 5.6.6: type, subtype, and parameters that may be left empty.
_MEDIA_TYPE = re.compile(rf"[ \t]*({_WORD}/{_WORD})((?:[ \t]*;[ \t]*(?:{_PARAMETER})?)*)[ \t]*")
_PARAMETERS = re.compile(rf";[ \t]*{_PARAMETER}")

#: Objects and arrays inside each other. Deeper ones would exhaust the stack of a reader.
MAX_DEPTH = 100
_SURROGATES = re.compile("[\ud800-\udfff]")


class UnsupportedMediaType(Error):
    """The body is of a type that the API does not read."""

    code = 415


def check_type(content_type: str | None) -> None:
    """Check the Content-Type of a body.

    :param content_type: the header's value; None or empty when there is no such header.
    :raises UnsupportedMediaType: when it names another type than JSON, another charset than
        UTF-8, or is malformed.
    """
    if content_type and not _is_json(content_type):
        raise UnsupportedMediaType(NOT_JSON_TYPE)


@lru_cache(maxsize=64)
def _is_json(content_type: str) -> bool:
    match = _MEDIA_TYPE.fullmatch(content_type)
    if match is None or match[1].lower() not in _TYPES:
        return False
    return all(
        _unquoted(value).lower() in ("utf-8", "utf8")
        for name, value in _PARAMETERS.findall(match[2])
        if name.lower() == "charset"
    )


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def loads(text: str) -> Any:
    """Read a JSON text (RFC 8259).

    Integers are exact, whatever their size. The last of several members with one name counts.

    :raises ValueError: when the text is not JSON, has a number that a float cannot hold, is
        nested deeper than :data:`MAX_DEPTH`, or has a string that cannot be kept: with a NUL
        character, or with half a surrogate pair.
    """
    try:
        document = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("The document is nested too deeply.") from error
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(document) > MAX_DEPTH:
        raise ValueError("The document is nested too deeply.")
    if "\\u" in text and not all(map(_is_text, _strings(document))):
        raise ValueError("A string has a character that cannot be kept.")
    return document


#: A moment is naive and UTC, and shown to the second: ``2026-11-23T04:34:53Z``.
_MOMENTS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def dumps(document: Any) -> bytes:
    """Return the JSON text of a document.

    :raises TypeError: when it holds an object that has no JSON.
    """
    try:
        return orjson.dumps(document, option=_MOMENTS)
    except TypeError:
        # orjson has no integers beyond 64 bits, which callers may send, and read in answers.
        return json.dumps(document, default=_plain, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value, option=_MOMENTS))


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("A number is too large.")
    return number


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON.")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _depth(document: Any) -> int:
    depth, level = 0, [document]
    while level := [value for value in level if isinstance(value, dict | list)]:
        level = [child for value in level for child in _children(value)]
        depth += 1
    return depth


def _strings(document: Any) -> Iterator[str]:
    """Yield all strings of a document, names of members among them."""
    values = [document]
    while values:
        value = values.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
        values.extend(_children(value))


def _is_text(string: str) -> bool:
    return "\0" not in string and _SURROGATES.search(string) is None
