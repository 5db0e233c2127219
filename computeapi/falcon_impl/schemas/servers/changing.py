"""The request body that changes a server (API reference, "Servers")."""

from typing import Any

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import IPV4, IPV6, NAME, choice, matching, record
from computeapi.falcon_impl.validation import Body

#: Properties of a server that a caller sets, at first and later.
CHANGEABLE: Schema = {
    "name": NAME,
    "OS-DCF:diskConfig": choice(values.DISK_CONFIGS),
    "accessIPv4": IPV4,
    "accessIPv6": IPV6,
    "description": In(
        changes.DESCRIPTION,
        {"type": ["string", "null"], "maxLength": values.MAX_LENGTH, "format": "printable"},
    ),
    "hostname": (
        In(changes.HOSTNAME, matching(values.HOSTNAME)),
        In(changes.DOMAIN_NAME, matching(values.DOMAIN_NAME)),
    ),
}
_PINNED_ZONE: Schema = {
    "type": ["string", "null"],
    "minLength": 1,
    "maxLength": values.MAX_LENGTH,
}
_CHANGES = {**CHANGEABLE, "pinned_availability_zone": In(changes.PIN, _PINNED_ZONE)}
UPDATE = Body(record({"server": record(_CHANGES)}, required=("server",)))

#: The API's name of a property -> the domain's, where the value is the same.
FIELDS = {
    "name": "name",
    "OS-DCF:diskConfig": "disk_config",
    "accessIPv4": "access_ip_v4",
    "accessIPv6": "access_ip_v6",
    "description": "description",
    "hostname": "hostname",
}


def read_changes(body: dict[str, Any]) -> dict[str, object]:
    """Read a body that :data:`UPDATE` let through."""
    return fields(body["server"], {**FIELDS, "pinned_availability_zone": "pinned_zone"})


def fields(server: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return the properties that a body has, by the domain's names.

    :param names: the API's name of each property -> the domain's.
    """
    return {field: _kept(key, server[key]) for key, field in names.items() if key in server}


def _kept(key: str, value: Any) -> Any:
    return values.shortest(value) if key == "accessIPv6" else value
