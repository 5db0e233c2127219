"""JSON as the database keeps it: every value is read as it was written.

orjson is several times as fast as ``json``, and reads integers beyond 64 bits as floating-point
numbers. A text that it must not read begins with a space: JSON allows that, orjson never writes it.
"""

import json
from collections.abc import Iterable, Sequence
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


def load_all(texts: Sequence[str]) -> Iterable[Any]:
    """Return the values of texts that :func:`dumps` wrote.

    PERF: no other text begins with a character that sorts before the mark, so that one look at the
    least of them tells whether orjson may read all of them, without a function in Python for each.
    """
    return map(loads if min(texts).startswith(_MARK) else orjson.loads, texts)
