"""How the query of a URL is read: as the URL standard reads ``application/x-www-form-urlencoded``.

Parameters are separated by ``&`` alone. A parameter without ``=`` has an empty value, ``+`` is a
space, and a percent sign that begins no escape stands for itself.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from computeapi.api.paging import Params
from computeapi.domain.errors import Invalid

Pairs = list[tuple[str, str]]


def parse(query: str) -> Pairs:
    """Return the parameters of a query, in the order they came.

    :param query: ``QUERY_STRING`` of a WSGI environ: bytes as Latin-1 (PEP 3333).
    :raises Invalid: when the query is not UTF-8, or has a NUL character, which no text that this
        service keeps can hold.
    """
    if not query:
        return []
    try:
        text = query if query.isascii() else query.encode("latin-1").decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", separator="&")
    except UnicodeDecodeError as error:
        raise Invalid("Invalid input: the query is not UTF-8.") from error
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise Invalid("Invalid input: the query has a NUL character.")
    return pairs


def by_name(pairs: Iterable[tuple[str, str]]) -> Params:
    """Return all values of each parameter, in the order they came."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values
