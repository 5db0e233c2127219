"""The files of a config drive: the documents of the metadata service, by their paths on it.

``openstack/VERSION/NAME`` is as in the metadata service, and so is ``ec2/VERSION/user-data``; all
of EC2's meta-data is one file, ``ec2/VERSION/meta-data.json``. ``openstack/content/`` has the files
to inject.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.guest_data import BusAddresses, GuestData, ec2, openstack
from computeapi.domain.servers import Server

_NEWEST_META_DATA = f"openstack/{openstack.LATEST}/{openstack.META_DATA}"
_NO_VENDOR_DATA: Mapping[str, object] = MappingProxyType({})


def _no_volumes(_server_id: str) -> Sequence[BlockDevice]:
    return ()


def build_files(
    server: Server,
    vendor_data: Mapping[str, object] = _NO_VENDOR_DATA,
    volumes_of: Callable[[str], Sequence[BlockDevice]] = _no_volumes,
) -> Mapping[str, bytes]:
    """Return the files of a server's config drive by their path on it.

    :param vendor_data: of the operator, for all servers.
    :param volumes_of: returns the volumes of a server.
    """
    data = GuestData(server, vendor_data, volumes=volumes_of(server.id))
    files: dict[str, bytes] = {}
    for version in openstack.VERSIONS:
        files |= {
            f"openstack/{version}/{name}": openstack.document(data, version, name)
            for name in openstack.names(data, version)
            if name != openstack.PASSWORD  # which the guest sends
        }
    newest = f"openstack/{openstack.VERSIONS[-1]}/"
    files |= {
        path.replace(newest, f"openstack/{openstack.LATEST}/"): content
        for path, content in files.items()
        if path.startswith(newest)
    }
    for path, content in openstack.files(data).items():
        files[f"openstack/{path}"] = content
    return files | _ec2(data)


def names_devices(files: Mapping[str, bytes]) -> bool:
    """Return whether the files of a config drive name devices of the guest."""
    text = files.get(_NEWEST_META_DATA)
    return text is not None and bool(json.loads(text).get("devices"))


def placed(files: Mapping[str, bytes], known: BusAddresses) -> Mapping[str, bytes]:
    """Return the files of a config drive with the addresses of devices, as far as they are known.

    They are known when the hypervisor has been told of the guest.
    """
    return {
        path: _placed(content, known) if path.endswith(f"/{openstack.META_DATA}") else content
        for path, content in files.items()
    }


def _placed(document: bytes, known: BusAddresses) -> bytes:
    data = json.loads(document)
    for device in data.get("devices", []):
        name = device["serial"] if device["type"] == "disk" else device["mac"]
        if name in known:
            device.update(asdict(known[name]))
    return json.dumps(data).encode()


def _ec2(data: GuestData) -> dict[str, bytes]:
    files = {"meta-data.json": json.dumps(_plain(ec2.meta_data(data))).encode()}
    if data.user_data is not None:
        files["user-data"] = data.user_data
    return {
        f"ec2/{version}/{name}": content
        for version in (ec2.VERSIONS[-1], ec2.LATEST)
        for name, content in files.items()
    }


def _plain(folder: ec2.Folder, name: str = "") -> dict[str, object]:
    """Return a folder as JSON has it.

    :param name: of the folder, which it has in itself where it has a title.
    """
    found: dict[str, object] = {
        key: _plain(entry, key) if isinstance(entry, ec2.Folder) else entry
        for key, entry in folder.entries.items()
    }
    return {"_name": f"{name}={folder.title}", **found} if folder.title else found
