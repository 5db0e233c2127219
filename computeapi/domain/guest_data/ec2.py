"""EC2's tree: ``/VERSION/meta-data/…`` and ``/VERSION/user-data``."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from computeapi.domain.block_devices import LETTERS
from computeapi.domain.guest_data.guest import GuestData

LATEST = "latest"
#: The versions, in their order.
VERSIONS = (
    "1.0",
    "2007-01-19",
    "2007-03-01",
    "2007-08-29",
    "2007-10-10",
    "2007-12-15",
    "2008-02-01",
    "2008-09-01",
    "2009-04-04",
)
#: Entry of meta-data -> the version that brought it, of those that are not in the first one.
_SINCE = {
    "local-hostname": "2007-01-19",
    "public-hostname": "2007-01-19",
    "public-ipv4": "2007-01-19",
    "instance-type": "2007-08-29",
    "block-device-mapping": "2007-12-15",
    "kernel-id": "2008-02-01",
    "placement": "2008-02-01",
    "ramdisk-id": "2008-02-01",
    "instance-action": "2008-09-01",
}
#: A value, as JSON has it; user data alone are bytes.
Value = str | int | list[str] | bytes


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the tree.

    :ivar title: that the listing of the folder above shows; empty for none.
    """

    entries: Mapping[str, "Folder | Value"]
    title: str = ""

    def listing(self) -> bytes:
        """Return the names of the entries, one on a line; those of folders end with a slash."""
        return "\n".join(self._line(name) for name in sorted(self.entries)).encode()

    def _line(self, name: str) -> str:
        entry = self.entries[name]
        if not isinstance(entry, Folder):
            return name
        return f"{name}={entry.title}" if entry.title else f"{name}/"


def version_of(text: str) -> str | None:
    """Return the version that a path names, or None when there is no such version."""
    if text == LATEST:
        return VERSIONS[-1]
    return text if text in VERSIONS else None


def tree(data: GuestData, version: str) -> Folder:
    """Return the tree of a version."""
    entries = meta_data(data).entries
    chosen = {name: entry for name, entry in entries.items() if _SINCE.get(name, "") <= version}
    found: dict[str, Folder | Value] = {"meta-data": Folder(chosen)}
    if data.user_data is not None:
        found["user-data"] = data.user_data
    return Folder(found)


def read(folder: Folder, path: Sequence[str]) -> bytes | None:
    """Return the listing of the folder, or the value, at a path below a folder; or None."""
    found: Folder | Value | None = folder
    for name in path:
        found = found.entries.get(name) if isinstance(found, Folder) else None
    if found is None or isinstance(found, bytes):
        return found
    if isinstance(found, Folder):
        return found.listing()
    return ("\n".join(found) if isinstance(found, list) else str(found)).encode()


def meta_data(data: GuestData) -> Folder:
    """Return the folder meta-data as the newest version has it."""
    server = data.server
    found: dict[str, Folder | Value] = {
        "ami-id": short_id("ami", server.image_id),
        "ami-launch-index": server.launch_index,
        "ami-manifest-path": "(unknown)",
        "block-device-mapping": Folder(_block_devices(data)),
        "hostname": server.hostname,
        "instance-action": "none",
        "instance-id": short_id("i", server.id),
        "instance-type": server.flavor_name,
        "local-hostname": server.hostname,
        "local-ipv4": data.fixed_address,
        "placement": Folder({"availability-zone": server.availability_zone or ""}),
        "public-hostname": server.hostname,
        "public-ipv4": data.floating_address,
        "reservation-id": server.reservation_id,
        "security-groups": server.security_groups,
    }
    for name, kind in (("kernel", "aki"), ("ramdisk", "ari")):
        if long_id := server.image_properties.get(f"{name}_id"):
            found[f"{name}-id"] = short_id(kind, long_id)
    if server.public_key:
        key = Folder({"openssh-key": server.public_key}, title=data.key_name)
        found["public-keys"] = Folder({"0": key})
    return Folder(found)


def short_id(kind: str, long_id: str | None) -> str:
    """Return an id in EC2's form, such as i-0123abcd, made of the beginning of a UUID.

    :param kind: its prefix.
    """
    try:
        number = uuid.UUID(long_id or "").int >> 96
    except ValueError:
        number = 0
    return f"{kind}-{number:08x}"


def _block_devices(data: GuestData) -> dict[str, Folder | Value]:
    """Return the names that a guest is to give its disks, by their use."""
    server, prefix = data.server, data.server.hardware.disk_prefix
    found: dict[str, Folder | Value] = {"ami": f"{prefix}a", "root": f"/dev/{prefix}a"}
    local = server.local_disks
    for number, _ in enumerate(local.ephemerals_gb):
        found[f"ephemeral{number}"] = f"/dev/{prefix}{LETTERS[1 + number]}"
    if local.swap_mb:
        found["swap"] = f"/dev/{prefix}c"
    # The API names all volumes as disks of virtio.
    names = [f"/dev/{prefix}{volume.device[-1]}" for volume in data.volumes if volume.device]
    return found | {f"ebs{number}": name for number, name in enumerate(sorted(names))}
