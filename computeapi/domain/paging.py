"""A page of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list, in which order.

    :ivar limit: the most items of a page; always set, the configured maximum by default.
    :ivar marker: the id of the last item that the caller has seen.
    :ivar sort: names of a domain object's fields, each with "asc" or "desc";
        empty: the noun's own order.
    """

    limit: int
    marker: str | None = None
    sort: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """:ivar more: whether the list goes on after these items."""

    items: list[T]
    more: bool
