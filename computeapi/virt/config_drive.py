"""The files of a config drive: how a server learns its name, its keys and its user data.

The format is OpenStack's ("Metadata service and config drive" in Nova's user guide), the one
that cloud-init and its kin read: ``openstack/latest/`` with ``meta_data.json``,
``network_data.json``, ``vendor_data.json`` and ``user_data``, and ``openstack/content/`` with the
files to inject.
"""

import base64
import json
import os
from collections.abc import Mapping

from computeapi.domain.servers import Server
from computeapi.virt import addressing

LATEST = "openstack/latest"
#: Bytes of entropy handed to a guest, as much as Linux's pool takes (4096 bits).
SEED_SIZE = 512


def build_files(server: Server) -> Mapping[str, bytes]:
    """Return the files of a server's config drive by their path on it."""
    files = {
        f"{LATEST}/meta_data.json": _json(_meta_data(server)),
        f"{LATEST}/network_data.json": _json(_network_data(server)),
        f"{LATEST}/vendor_data.json": _json({}),
    }
    if server.user_data:
        files[f"{LATEST}/user_data"] = base64.b64decode(server.user_data)
    for number, injected in enumerate(server.personality):
        files[f"openstack{_content_path(number)}"] = base64.b64decode(injected["contents"])
    return files


def _json(data: object) -> bytes:
    return json.dumps(data).encode()


def _content_path(number: int) -> str:
    return f"/content/{number:04}"


def _meta_data(server: Server) -> dict[str, object]:
    data: dict[str, object] = {
        "uuid": server.id,
        "name": server.name,
        "hostname": server.hostname,
        "launch_index": server.launch_index,
        "availability_zone": server.availability_zone,
        "project_id": server.project_id,
        "random_seed": base64.b64encode(os.urandom(SEED_SIZE)).decode(),
        "devices": [],
    }
    if server.metadata:
        data["meta"] = server.metadata
    if server.public_key:
        name = server.key_name or "key"
        data["public_keys"] = {name: server.public_key}
        data["keys"] = [
            {"name": name, "type": _key_type(server.public_key), "data": server.public_key}
        ]
    if server.personality:
        data["files"] = [
            {"path": injected["path"], "content_path": _content_path(number)}
            for number, injected in enumerate(server.personality)
        ]
    if server.admin_password:
        data["admin_pass"] = server.admin_password
    return data


def _key_type(public_key: str) -> str:
    return "x509" if public_key.startswith("-----BEGIN CERTIFICATE-----") else "ssh"


def _network_data(server: Server) -> dict[str, object]:
    if server.interfaces is not None:
        return _of_ports(server)
    if not server.has_network:
        return {"links": [], "networks": [], "services": []}
    link = "tap0"
    return {
        "links": [
            {
                "id": link,
                "type": "phy",
                "mtu": 1500,
                "ethernet_mac_address": addressing.mac_address(server.id),
            }
        ],
        "networks": [
            {
                "id": "network0",
                "type": "ipv4_dhcp",
                "link": link,
                "network_id": addressing.NETWORK,
            }
        ],
        "services": [],
    }


def _of_ports(server: Server) -> dict[str, object]:
    """Return the networks of a server's ports; each gives the guest its addresses by DHCP."""
    links: list[dict[str, object]] = []
    networks: list[dict[str, object]] = []
    for number, card in enumerate(server.interfaces or []):
        link = f"tap{str(card['port_id'])[:11]}"
        links.append(
            {
                "id": link,
                "vif_id": card["port_id"],
                "type": "ovs",
                "mtu": card["mtu"],
                "ethernet_mac_address": card["mac_address"],
            }
        )
        networks.extend(
            {
                "id": f"network{number}",
                "type": f"ipv{version}_dhcp",
                "link": link,
                "network_id": card["network_id"],
            }
            for version in _versions(server, card)
        )
    return {"links": links, "networks": networks, "services": []}


def _versions(server: Server, card: Mapping[str, object]) -> list[object]:
    """Return the versions of IP that a network card has addresses of."""
    addresses = [one for found in server.addresses.values() for one in found]
    return sorted(
        {one["version"] for one in addresses if one["mac"] == card["mac_address"]}, key=str
    )
