"""The base of all controllers: a node of the tree that a request's path leads through."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pecan
from webob.exc import HTTPMethodNotAllowed, HTTPNotFound

from computeapi.api.paths import names_empty_id
from computeapi.api.versions import ALWAYS, Span, Version
from computeapi.pecan_impl.request import Request

_METHODS = ("DELETE", "GET", "POST", "PUT")


class Resource:
    """A controller whose exposed methods are named after those of HTTP.

    Pecan's object dispatch looks up each segment of a path as an attribute first, which would put
    a keypair named "index", "get" or "__class__" out of reach, and its ``RestController`` passes
    an item's id to the collection's ``post`` as the document. Therefore routing is overridden as
    Pecan's manual has it ("Overriding Routing with _route"): a segment only reaches ``_lookup``.

    :cvar children: the controllers below this one whose path segment is fixed.
    :cvar item: the controller below this one for every other segment, or None.
    :cvar segment: the name of its own segment, where that is variable.
    :cvar span: the microversions at which it answers at all.
    :cvar absent: the methods of HTTP that answer as a path that leads nowhere.
    :cvar operations: the methods of HTTP that it answers, with their microversions.
    """

    children: ClassVar[Mapping[str, "type[Resource]"]] = {}
    item: ClassVar["type[Resource] | None"] = None
    segment: ClassVar[str] = ""
    span: ClassVar[Span] = ALWAYS
    absent: ClassVar[tuple[str, ...]] = ()
    operations: ClassVar[Mapping[str, Span]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.operations = {
            name: getattr(cls, name.lower()).span & cls.span
            for name in _METHODS
            if hasattr(cls, name.lower())
        }

    def __init__(self, *ids: str) -> None:
        """Make the controller of one path.

        :param ids: the variable segments of the path, such as the id of a server.
        """
        self._ids = ids

    @pecan.expose()
    def _route(
        self, remainder: list[str], request: Request
    ) -> tuple[Callable[..., Any], list[str]]:
        """Return the method that answers, and no arguments for it; the path may end in a slash.

        :raises webob.exc.HTTPException: when the path leads nowhere, or no method answers there.
        """
        if remainder in ([], [""]):
            if request.method not in self.operations and names_empty_id(request.path_info):
                raise HTTPNotFound
            return self._method(request.method, request.version), []
        child, rest = self._lookup(*remainder)
        return child._route(list(rest), request)

    def _lookup(self, segment: str, *remainder: str) -> tuple["Resource", tuple[str, ...]]:
        """Return the controller of the next segment, and the segments behind it.

        :raises webob.exc.HTTPNotFound: when there is no such controller.
        """
        if segment in self.children:
            return self.children[segment](*self._ids), remainder
        if self.item is None:
            raise HTTPNotFound
        return self.item(*self._ids, segment), remainder

    def _method(self, name: str, version: Version) -> Callable[..., Any]:
        """Return the exposed method for a method of HTTP.

        :raises webob.exc.HTTPMethodNotAllowed: when there is none; ``Allow`` names the others.
        :raises webob.exc.HTTPNotFound: when it is not there at this microversion, or the path has
            no methods at all.
        """
        if self.operations and name not in (*self.operations, *self.absent):
            raise HTTPMethodNotAllowed(headers={"Allow": ", ".join(self.operations)})
        if version not in self.operations.get(name, ()):
            raise HTTPNotFound
        method: Callable[..., Any] = getattr(self, name.lower())
        return method
