"""JSON as the database keeps it: every value is read as it was written.

orjson is several times as fast as ``json``, and reads integers beyond 64 bits as floating-point
numbers. A text that it must not read begins with a space: JSON allows that, orjson never writes it.
"""

import json
from typing import Any

import orjson

_MARK = " "
#: As a text of SQLite begins, and as the bytes of PostgreSQL do.
_MARKS = (_MARK, ord(_MARK))


def dumps(value: object) -> str:
    """Return the JSON text of a value.

    :raises TypeError: when it has no JSON.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return _MARK + json.dumps(value)


def loads(text: str | bytes) -> Any:
    """Return the value of a text that :func:`dumps` wrote."""
    return json.loads(text) if text[0] in _MARKS else orjson.loads(text)
