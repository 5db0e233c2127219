"""OpenStack's documents: ``/openstack/VERSION/NAME``."""

import base64
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict

from computeapi.domain.guest_data.bus_addresses import UNKNOWN, BusAddresses
from computeapi.domain.guest_data.guest import GuestData
from computeapi.domain.guest_data.network_data import network_data

LATEST = "latest"
#: The versions in the order of their dates. Each has the documents of the earlier ones.
VERSIONS = (
    "2012-08-10",
    "2013-04-04",
    "2013-10-17",
    "2015-10-15",
    "2016-06-30",
    "2016-10-06",
    "2017-02-22",
    "2018-08-27",
    "2020-10-14",
    "2025-04-04",
)
META_DATA, USER_DATA, PASSWORD = "meta_data.json", "user_data", "password"
#: Document, in the order of listings -> the version that brought it.
_SINCE = {
    META_DATA: "2012-08-10",
    USER_DATA: "2012-08-10",
    PASSWORD: "2013-04-04",
    "vendor_data.json": "2013-10-17",
    "network_data.json": "2015-10-15",
    "vendor_data2.json": "2016-10-06",
}
#: Field of meta_data.json -> the version that brought it, of those that are not in the first one.
_FIELDS_SINCE = {
    "random_seed": "2013-04-04",
    "project_id": "2015-10-15",
    "devices": "2016-06-30",
    "dedicated_cpus": "2020-10-14",
}
#: Bytes of entropy for a guest, as much as Linux's pool takes (4096 bits).
SEED_SIZE = 512


def version_of(text: str) -> str | None:
    """Return the version that a path names, or None when there is no such version."""
    if text == LATEST:
        return VERSIONS[-1]
    return text if text in VERSIONS else None


def names(data: GuestData, version: str) -> list[str]:
    """Return the names of the documents of a version."""
    return [
        name
        for name, since in _SINCE.items()
        if since <= version and (name != USER_DATA or data.user_data is not None)
    ]


def has_password(version: str) -> bool:
    """Return whether guests may read and post the password in a version."""
    return _SINCE[PASSWORD] <= version


def document(data: GuestData, version: str, name: str) -> bytes:
    """Return a document.

    :param name: one of :func:`names`.
    """
    if name == META_DATA:
        return _json(_meta_data(data, version))
    return _DOCUMENTS[name](data)


def files(data: GuestData) -> Mapping[str, bytes]:
    """Return the files whose contents the request for the server held, by their paths below
    ``/openstack``.
    """
    return {
        _content_path(number): base64.b64decode(injected["contents"])
        for number, injected in enumerate(data.server.personality)
    }


def _json(data: object) -> bytes:
    return json.dumps(data).encode()


_DOCUMENTS: Mapping[str, Callable[[GuestData], bytes]] = {
    USER_DATA: lambda data: data.user_data or b"",
    PASSWORD: lambda data: data.password.encode(),
    "vendor_data.json": lambda data: _json(dict(data.vendor_data)),
    "vendor_data2.json": lambda data: _json({"static": dict(data.vendor_data)}),
    "network_data.json": lambda data: _json(network_data(data.server)),
}


def _content_path(number: int) -> str:
    return f"content/{number:04}"


def _meta_data(data: GuestData, version: str) -> dict[str, object]:
    server = data.server
    found: dict[str, object] = {
        "uuid": server.id,
        "name": server.name,
        "hostname": server.hostname,
        "launch_index": server.launch_index,
        "availability_zone": server.availability_zone,
        "project_id": server.project_id,
        "random_seed": base64.b64encode(os.urandom(SEED_SIZE)).decode(),
        "devices": _devices(data),
        "dedicated_cpus": [],
    }
    if server.metadata:
        found["meta"] = server.metadata
    if key := server.public_key:
        found["public_keys"] = {data.key_name: key}
        found["keys"] = [{"name": data.key_name, "type": _key_type(key), "data": key}]
    if server.personality:
        found["files"] = [
            {"path": injected["path"], "content_path": f"/{_content_path(number)}"}
            for number, injected in enumerate(server.personality)
        ]
    if server.admin_password:
        found["admin_pass"] = server.admin_password
    return {name: value for name, value in found.items() if _FIELDS_SINCE.get(name, "") <= version}


def _devices(data: GuestData) -> list[dict[str, object]]:
    """Return the network cards and volumes that have a tag, by which the guest tells their use."""
    cards = [card for card in data.server.interfaces or [] if card["tag"]]
    volumes = [volume for volume in data.volumes if volume.tag and volume.is_with_guest]
    if not (cards or volumes):
        return []
    known = data.bus_addresses()
    return [
        {
            "type": "nic",
            **_place(known, card["mac_address"]),
            "mac": card["mac_address"],
            "tags": [card["tag"]],
        }
        for card in cards
    ] + [
        {
            "type": "disk",
            **_place(known, volume.volume_id),
            "serial": volume.volume_id,
            "path": volume.device,
            "tags": [volume.tag],
        }
        for volume in volumes
    ]


def _place(known: BusAddresses, device: object) -> dict[str, object]:
    return asdict(known.get(str(device), UNKNOWN))


def _key_type(public_key: str) -> str:
    return "x509" if public_key.startswith("-----BEGIN CERTIFICATE-----") else "ssh"
