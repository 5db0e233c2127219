"""The files of a config drive: the documents of the metadata service, by their paths on it.

``openstack/VERSION/NAME`` is as in the metadata service, and so is ``ec2/VERSION/user-data``; all
of EC2's meta-data is one file, ``ec2/VERSION/meta-data.json``. ``openstack/content/`` has the files
to inject.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.guest_data import GuestData, ec2, openstack
from computeapi.domain.servers import Server

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
