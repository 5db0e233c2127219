"""The ephemeral and swap disks of a request for servers (API reference, "Create Server").

In ``block_device_mapping_v2`` they are blank local disks; in the older form they have a
``virtual_name``. A request without one has what the flavor says.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from computeapi.domain.errors import Invalid
from computeapi.domain.flavors import Flavor
from computeapi.domain.hardware import Hardware
from computeapi.domain.servers import NewServer
from computeapi.domain.servers.local_disks import MOST, LocalDisks

Entry = Mapping[str, Any]

_SWAP = "swap"
_VIRTUAL_NAME = re.compile(r"swap|ephemeral(0|[1-9][0-9]*)")
#: The formats of ephemeral disks.
_FORMATS = (None, "", "ext4")


def is_disk(entry: Entry, is_legacy: bool) -> bool:
    """Return whether an entry is an ephemeral disk or a swap disk."""
    if is_legacy:
        return bool(_VIRTUAL_NAME.fullmatch(str(entry.get("virtual_name"))))
    is_local = (entry.get("destination_type") or "local") == "local"
    return entry.get("source_type") == "blank" and is_local


def chosen_disks(new: NewServer, flavor: Flavor, hardware: Hardware) -> dict[str, object] | None:
    """Return the disks that a request chooses, as servers keep them; None for those of the flavor.

    :raises Invalid: when the flavor does not allow them, or guests cannot have them.
    """
    is_legacy = new.has_legacy_devices
    given = [entry for entry in new.block_devices if not entry.get("no_device")]
    entries = [entry for entry in given if is_disk(entry, is_legacy)]
    for entry in entries:
        _check(entry, hardware)
    kind = "virtual_name" if is_legacy else "guest_format"
    swaps = [_size(entry, flavor.swap_mb) for entry in entries if entry.get(kind) == _SWAP]
    ephemerals = [
        _size(entry, flavor.ephemeral_gb) for entry in entries if entry.get(kind) != _SWAP
    ]
    _check_sizes(ephemerals, swaps, flavor)
    chosen: dict[str, object] = {}
    if ephemerals:
        chosen["ephemerals_gb"] = [size for size in ephemerals if size]
    if swaps:
        chosen["swap_mb"] = swaps[0]
    found = LocalDisks.of(flavor.ephemeral_gb, flavor.swap_mb, chosen)
    if len(found.ephemerals_gb) + bool(found.swap_mb) > MOST:
        raise _invalid(f"a server has at most {MOST} local disks beside its root disk.")
    return chosen or None


def _check(entry: Entry, hardware: Hardware) -> None:
    """Raise Invalid unless guests can have a local disk as an entry describes it.

    :raises Invalid: naming the attribute.
    """
    if entry.get("uuid") or entry.get("volume_type"):
        raise _invalid("a blank local disk has no uuid and no volume_type.")
    if int(entry.get("boot_index") or -1) >= 0 or str(entry.get("boot_index")) == "0":
        raise _invalid("a server does not boot from a blank local disk.")
    if entry.get("tag"):
        raise _invalid("a local disk has no tag.")
    if entry.get("device_type") not in (None, "", "disk"):
        raise _invalid("a local disk has the device_type 'disk'.")
    bus = hardware.disk_bus or "virtio"
    if entry.get("disk_bus") not in (None, "", bus):
        raise _invalid(f"a local disk is on the bus of the root disk, which is {bus}.")
    if entry.get("guest_format") not in (*_FORMATS, _SWAP):
        raise _invalid("an ephemeral disk has the guest_format 'ext4'.")


def _check_sizes(ephemerals: Sequence[int], swaps: Sequence[int], flavor: Flavor) -> None:
    """Raise Invalid when disks are larger than those of a flavor.

    :raises Invalid: when they are.
    """
    if sum(ephemerals) > flavor.ephemeral_gb:
        raise _invalid("the ephemeral disks are larger than that of the flavor.")
    if len(swaps) > 1:
        raise _invalid("a server has one swap disk.")
    if sum(swaps) > flavor.swap_mb:
        raise _invalid("the swap disk is larger than that of the flavor.")


def _size(entry: Entry, default: int) -> int:
    size = entry.get("volume_size")
    return default if size is None else int(size)


def _invalid(reason: str) -> Invalid:
    return Invalid(f"Block Device Mapping is Invalid: {reason}")
