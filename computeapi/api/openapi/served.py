"""The text of the OpenAPI document, made when a caller first asks for it."""

import json
from collections.abc import Callable, Iterable
from functools import cached_property

from computeapi.api.openapi.document import document
from computeapi.api.openapi.operations import Operation


class Served:
    """The OpenAPI document as the service sends it.

    :param operations: returns all operations of the front end; it is called once, late, so that
        a service of which no caller asks for the document neither starts later nor grows.
    """

    def __init__(self, operations: Callable[[], Iterable[Operation]]) -> None:
        self._operations = operations

    def text(self, url: str) -> bytes:
        """Return the document as JSON.

        :param url: of the service, as the caller reaches it; the paths begin behind it.
        """
        before, after = self._halves
        return before + json.dumps(url.rstrip("/")).encode() + after

    @cached_property
    def _halves(self) -> tuple[bytes, bytes]:
        """The text before and after the URL of the service."""
        whole = document(self._operations())
        first = {name: whole.pop(name) for name in ("openapi", "info")}
        del whole["servers"]
        before = json.dumps(first, sort_keys=True)[:-1] + ', "servers": [{"url": '
        after = "}], " + json.dumps(whole, sort_keys=True)[1:]
        return before.encode(), after.encode()
