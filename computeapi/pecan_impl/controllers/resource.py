"""A resource: a node of the tree that a request's path leads through."""

from collections.abc import Callable
from typing import Any, Self

from webob.exc import HTTPMethodNotAllowed, HTTPNotFound

_METHODS = ("DELETE", "GET", "POST", "PUT")


class Resource:
    """Its exposed methods are named after those of HTTP.

    Pecan's object dispatch looks every segment of a path up as an attribute first, which would
    put a keypair named "index", "get" or "__class__" out of reach, and its ``RestController``
    passes an item's id to the collection's ``post`` as the document. Here a segment only ever
    reaches :meth:`_lookup`.
    """

    def _lookup(self, segment: str) -> "Resource":
        """Return what is below this resource.

        :raises webob.exc.HTTPNotFound: when nothing is.
        """
        raise HTTPNotFound

    def walk(self, segments: list[str]) -> "Resource":
        """Return the resource at the end of a path.

        :raises webob.exc.HTTPNotFound: when the path leads nowhere.
        """
        node: Resource | Self = self
        for segment in segments:
            node = node._lookup(segment)
        return node

    def handler(self, method: str) -> Callable[..., Any]:
        """Return what answers to a method of HTTP.

        :raises webob.exc.HTTPMethodNotAllowed: when nothing does; with those that are answered.
        """
        if method in _METHODS and hasattr(self, method.lower()):
            answer: Callable[..., Any] = getattr(self, method.lower())
            return answer
        allowed = [name for name in _METHODS if hasattr(self, name.lower())]
        raise HTTPMethodNotAllowed(headers={"Allow": ", ".join(allowed)})
