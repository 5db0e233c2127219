"""Nova's operations and their schemas, read off the installed ``nova`` package.

This module runs in a virtualenv that has ``nova``; nothing of it is started or configured. Nova
keeps the schemas of an operation, its status and its microversions on the controller's method.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

os.environ.setdefault("OS_NOVA_DISABLE_EVENTLET_PATCHING", "true")

from nova import exception
from nova.api.openstack import api_version_request
from nova.api.openstack.compute import routes
from nova.api.validation import validators

#: The statuses that Nova's methods choose by themselves; its other ones are on the method.
_CHOSEN_STATUSES = {
    ("PUT", "/servers/{server_id}/tags/{id}", ""): {201, 204},
    ("POST", "/os-server-external-events", ""): {200, 207},
    ("POST", "/servers/{id}/action", "addFloatingIp"): {202},
    ("POST", "/servers/{id}/action", "removeFloatingIp"): {202},
    # 202 since 2.101 (API reference, "Attach a volume to an instance").
    ("POST", "/servers/{server_id}/os-volume_attachments", ""): {200, 202},
    ("GET", "/", ""): {200, 300},
}
_ENDPOINT = re.compile(r"^/v2(\.\d+)?(?=/|$)")
_FIRST_SEGMENT = re.compile(r"^/[^/]+")


@dataclass(frozen=True)
class _Asked:
    """A request, as far as Nova looks at it to choose a schema."""

    api_version_request: Any

    @staticmethod
    def is_legacy_v2() -> bool:
        """Return whether the request came to the v2.0 endpoint."""
        return False


@dataclass(frozen=True)
class NovaOperation:
    """An operation of Nova's API.

    :ivar action: the key of the body that names an action; "" for other operations.
    :ivar function: the controller's method.
    """

    method: str
    path: str
    action: str
    function: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.action}".strip()

    @property
    def is_removed(self) -> bool:
        """Whether Nova answers 410 at every microversion."""
        return bool(getattr(self.function, "removed", False))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The paths that lead here."""
        return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", self.path.rstrip("/")) + "/?")

    def is_served(self, version: str) -> bool:
        """Return whether the operation is there at a microversion."""
        first, last = (getattr(self.function, f"{end}_version", None) for end in ("min", "max"))
        return bool(_version(version).matches(_version(first), _version(last)))

    def statuses(self, version: str) -> set[int]:
        """Return the statuses of success at a microversion."""
        chosen = _CHOSEN_STATUSES.get((self.method, self.path, self.action))
        codes = getattr(self.function, "wsgi_codes", None)
        return chosen or {codes(_Asked(_version(version))) if codes else 200}

    def invalid(self, part: str, value: Any, version: str) -> str | None:
        """Return the reason why a value breaks Nova's schema of it, or None.

        :param part: "request_body", "request_query" or "response_body".
        """
        choose = getattr(self.function, f"{part}_schemas", None)
        schema = choose(_Asked(_version(version))) if choose else None
        if schema is None or (schema.get("type") == "null" and value in (None, "")):
            return None
        try:
            validators._SchemaValidator(schema, False, True).validate(value)
        except exception.ValidationError as error:
            return str(error.format_message())
        return None


class NovaApi:
    """All operations of the installed Nova.

    :ivar latest: the newest microversion.
    """

    def __init__(self) -> None:
        self.operations = list(_operations())
        self.latest = str(api_version_request._MAX_API_VERSION)

    def find(self, method: str, path: str, body: Any) -> NovaOperation | None:
        """Return the operation that a request is for, or None.

        :param path: as the client sent it, without the query.
        :param body: the document in the request, or None.
        """
        path = _ENDPOINT.sub("", path) or "/"
        # A project's id may stand before the path.
        return self._at(method, path, body) or self._at(
            method, _FIRST_SEGMENT.sub("", path, count=1) or "/", body
        )

    def _at(self, method: str, path: str, body: Any) -> NovaOperation | None:
        keys = list(body) if isinstance(body, Mapping) else []
        found = [
            operation
            for operation in self.operations
            if operation.method == method
            and operation.pattern.fullmatch(path)
            and operation.action in ("", *keys[:1])
        ]
        # /servers/detail is a list, not a server whose id is "detail".
        return min(found, key=lambda operation: operation.path.count("{"), default=None)


def _version(text: str | None) -> Any:
    return api_version_request.APIVersionRequest(text)


def _operations() -> Iterator[NovaOperation]:
    for path, methods in routes.ROUTE_LIST:
        if isinstance(methods, str):
            continue
        for method, (controller, name) in methods.items():
            yield from _of_controller(method, path, controller, name)


def _of_controller(method: str, path: str, factory: Any, name: str) -> Iterator[NovaOperation]:
    """Yield the operations of one route; a route of actions has one for each action."""
    arguments = getattr(factory, "args", ())
    if arguments and isinstance(arguments[0], type):
        classes = [arguments[0], *arguments[1]]
    else:
        classes = [getattr(factory, "func", factory)]
    actions = {
        action: getattr(kind, function)
        for kind in classes
        for action, function in getattr(kind, "wsgi_actions", {}).items()
    }
    if hasattr(classes[0], name):
        yield NovaOperation(method, path, "", getattr(classes[0], name))
    elif name == "action":
        for action, function in actions.items():
            yield NovaOperation(method, path, action, function)
    else:
        yield NovaOperation(method, path, "", actions[name])
