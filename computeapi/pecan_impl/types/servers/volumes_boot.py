"""The body of a request for an action by the alias ``/os-volumes_boot`` of ``/servers``."""

from typing import Any

from computeapi.api.servers.changes import VOLUMES_BOOT
from computeapi.api.servers.volumes_boot import ACTIONS
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.requests import RequestField, all_fields
from computeapi.pecan_impl.types.servers.action import Action


def _copy(field: RequestField) -> RequestField:
    """Return an attribute like another one, while the alias is there."""
    span = field.span & VOLUMES_BOOT
    return RequestField(field.datatype, field.name, span, field.nullable)


_ATTRIBUTES: dict[str, Any] = {
    field.key: _copy(field) for field in all_fields(Action) if field.name in ACTIONS
}
#: An action on a server: exactly one of those that the alias has.
AliasAction = type("AliasAction", (OneOf,), {"__module__": __name__, **_ATTRIBUTES})
