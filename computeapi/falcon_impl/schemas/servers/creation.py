"""The request body that creates servers (API reference, "Servers")."""

from typing import Any

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.api.servers.tags import TAG
from computeapi.domain.errors import Invalid
from computeapi.domain.servers import NewServer
from computeapi.falcon_impl.schemas.servers import changing
from computeapi.falcon_impl.schemas.servers.tags import TAGS
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import (
    BOOLEAN,
    FLAVOR_REF,
    IP,
    METADATA,
    NAME,
    POSITIVE_INT32,
    SHORT,
    UUID,
    array,
    choice,
    matching,
    record,
)
from computeapi.falcon_impl.validation import Body

#: A number of servers; quotas bound it as well.
_COUNT = POSITIVE_INT32

_LEGACY_DEVICE: Schema = {
    "virtual_name": SHORT,
    "volume_id": UUID,
    "snapshot_id": UUID,
    "volume_size": POSITIVE_INT32,
    "device_name": matching(values.DEVICE_NAME),
    "delete_on_termination": BOOLEAN,
    "no_device": {},
    "connection_info": {"type": "string", "maxLength": values.MAX_CONNECTION_INFO},
}
_DEVICE: Schema = {
    **_LEGACY_DEVICE,
    "source_type": choice(values.SOURCE_TYPES),
    "uuid": matching(values.DEVICE_UUID),
    "image_id": UUID,
    "destination_type": choice(values.DESTINATION_TYPES),
    "guest_format": SHORT,
    "device_type": SHORT,
    "disk_bus": SHORT,
    "boot_index": {
        "type": ["integer", "string", "null"],
        "minimum": values.INT32_MIN,
        "maximum": values.INT32_MAX,
        "format": "signed-int32",
    },
}
_DEVICE["tag"] = tuple(
    In(span, matching(TAG)) for span in (changes.DEVICE_TAGS_AT_FIRST, changes.DEVICE_TAGS)
)
_DEVICE["volume_type"] = In(
    changes.VOLUME_TYPE, {"type": ["string", "null"], "maxLength": values.MAX_LENGTH}
)
_NETWORK: Schema = {
    "tag": tuple(
        In(span, matching(TAG)) for span in (changes.NETWORK_TAGS_AT_FIRST, changes.DEVICE_TAGS)
    ),
    "fixed_ip": IP,
    "port": {"type": ["string", "null"], "format": "uuid"},
    "uuid": {"type": "string"},
}
_ONE_OR_MORE_SERVERS: Schema = {"type": ["string", "array"], "format": "uuid", "items": UUID}
_HINTS: Schema = {
    "type": "object",
    "properties": {
        "group": _ONE_OR_MORE_SERVERS,
        "different_host": _ONE_OR_MORE_SERVERS,
        "same_host": {"type": ["string", "array"], "items": UUID},
        "query": {"type": ["string", "object"]},
        "target_cell": NAME,
        "different_cell": {"type": ["string", "array"], "items": {"type": "string"}},
        "build_near_host_ip": IP,
        "cidr": matching(values.CIDR_HINT),
    },
}
_NETWORKS = array(record(_NETWORK))
#: A file to put into a guest.
FILE = record(
    {"path": {"type": "string"}, "contents": {"type": "string"}}, required=("path", "contents")
)
CERTIFICATES: Schema = {
    "type": ["array", "null"],
    "minItems": 1,
    "maxItems": 50,
    "uniqueItems": True,
    "items": {"type": "string", "minLength": 1},
}
_NEW_SERVER: Schema = {
    **changing.CHANGEABLE,
    "imageRef": {"type": "string", "format": "optional-uuid"},
    "flavorRef": FLAVOR_REF,
    "adminPass": {"type": "string"},
    "metadata": METADATA,
    "networks": (
        In(changes.NETWORKS_OPTIONAL, _NETWORKS),
        In(
            changes.NETWORKS_REQUIRED,
            {"anyOf": [_NETWORKS, choice(("none", "auto"))]},
            required=True,
        ),
    ),
    "personality": In(
        changes.PERSONALITY,
        array(FILE),
    ),
    "tags": In(changes.TAGS_AT_CREATION, TAGS),
    "trusted_image_certificates": In(changes.CERTIFICATES, CERTIFICATES),
    "host": In(changes.REQUESTED_HOST, matching(values.HOST)),
    "hypervisor_hostname": In(changes.REQUESTED_HOST, matching(values.HOST)),
    "availability_zone": NAME,
    "block_device_mapping": array(record(_LEGACY_DEVICE)),
    "block_device_mapping_v2": array(record(_DEVICE)),
    "config_drive": BOOLEAN,
    "key_name": NAME,
    "min_count": _COUNT,
    "max_count": _COUNT,
    "return_reservation_id": BOOLEAN,
    "security_groups": array(record({"name": NAME})),
    "user_data": {"type": "string", "maxLength": values.MAX_USER_DATA},
}

CREATE = Body(
    record(
        {
            "server": record(_NEW_SERVER, required=("name", "flavorRef")),
            "os:scheduler_hints": _HINTS,
            "OS-SCH-HNT:scheduler_hints": _HINTS,
        },
        required=("server",),
    )
)
#: The API's name of a property -> the domain's, where the value is the same.
_FIELDS = {
    **changing.FIELDS,
    "imageRef": "image_ref",
    "key_name": "key_name",
    "metadata": "metadata",
    "user_data": "user_data",
    "adminPass": "admin_password",
    "availability_zone": "availability_zone",
    "personality": "personality",
    "networks": "networks",
    "tags": "tags",
    "trusted_image_certificates": "trusted_certificates",
    "host": "host",
    "hypervisor_hostname": "hypervisor_hostname",
}


def new_server(body: dict[str, Any]) -> NewServer:
    """Read a body that :data:`CREATE` let through.

    :raises Invalid: when it maps block devices in both of the two ways.
    """
    server = body["server"]
    new = NewServer(
        flavor_ref=str(server["flavorRef"]),
        **changing.fields(server, _FIELDS),
    )
    new.config_drive = values.boolean(server.get("config_drive", False))
    new.return_reservation_id = values.boolean(server.get("return_reservation_id", False))
    new.min_count = int(server.get("min_count", 1))
    new.max_count = int(server["max_count"]) if "max_count" in server else None
    groups = dict.fromkeys(g["name"] for g in server.get("security_groups", ()) if "name" in g)
    if groups:
        new.security_groups = list(groups)
    new.block_devices = _block_devices(server)
    new.has_legacy_devices = bool(server.get("block_device_mapping"))
    hints = body.get("os:scheduler_hints", body.get("OS-SCH-HNT:scheduler_hints"))
    new.scheduler_hints = hints or {}
    return new


def _block_devices(server: dict[str, Any]) -> list[dict[str, object]]:
    legacy = server.get("block_device_mapping")
    devices = server.get("block_device_mapping_v2")
    if legacy and devices:
        raise Invalid(
            "Using different block_device_mapping syntaxes is not allowed in the same request."
        )
    return [_device(device) for device in devices or legacy or []]


def _device(device: dict[str, Any]) -> dict[str, object]:
    numbers = {
        name: values.integer(device[name], minimum=values.INT32_MIN)
        for name in ("boot_index", "volume_size")
        if device.get(name) is not None
    }
    return {**device, **numbers}
