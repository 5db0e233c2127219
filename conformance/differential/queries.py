"""The requests of ``queries.yaml``: lists, with each of their parameters."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

_TABLE = Path(__file__).with_name("queries.yaml")
#: Characters that stand in a URL as they are; the braces are of names that stand for values.
_SAFE = "{}:,"


def requests() -> Iterator[Mapping[str, Any]]:
    """Yield the requests, as ``requests.yaml`` has them."""
    table = yaml.safe_load(_TABLE.read_text())
    yield from table["prepare"]
    for walk in table["walks"]:
        for path in walk["lists"]:
            for query in ("", *_queries(walk)):
                for caller in walk["as"]:
                    send = f"GET {path}?{query}".rstrip("?")
                    yield {"send": send, "as": caller, "at": walk["at"]}


def _queries(walk: Mapping[str, Any]) -> Iterator[str]:
    for name, values in walk["parameters"].items():
        for given in _values(values):
            yield "&".join(f"{name}={quote(value, safe=_SAFE)}" for value in given)
    yield from walk.get("queries", ())


def _values(values: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from ([value] for value in (*values, ""))
    yield from ([values[0], value] for value in dict.fromkeys((values[0], values[-1])))
