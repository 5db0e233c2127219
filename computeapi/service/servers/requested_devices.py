"""The block devices of a request for servers, read (API reference, "Create Server").

There are two forms: ``block_device_mapping_v2``, whose entries say what they are made of and what
they become, and the older ``block_device_mapping``, whose entries are volumes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from computeapi.domain.block_devices import PlannedVolume, Source
from computeapi.domain.errors import Invalid
from computeapi.domain.servers import NewServer
from computeapi.service.servers.device_buses import check_local, chosen
from computeapi.service.servers.requested_disks import is_disk

Entry = Mapping[str, Any]

#: What an entry becomes that does not say so.
_DESTINATIONS = {Source.VOLUME: "volume", Source.SNAPSHOT: "volume"}
#: The properties of an image that names snapshots, beside those that its servers have.
MAPPING_PROPERTIES = frozenset({"block_device_mapping", "bdm_v2", "root_device_name"})
#: The disk that a guest boots from, unless its image names another one.
_ROOT = "vda"


def planned_volumes(new: NewServer, properties: Mapping[str, str]) -> list[PlannedVolume]:
    """Return the volumes of a request, and those that its image names.

    One without a volume to boot from boots from a local disk that is made of its image.

    :param properties: of the image; empty for a request without one.
    :raises Invalid: when an entry makes no sense, or the order to boot from does not.
    """
    of_image = image_volumes(properties)
    for entry in new.block_devices:
        _check_device(entry, properties)
    has_root = any(volume.is_root for volume in of_image)
    root = _name(properties.get("root_device_name")) or _ROOT
    given = [entry for entry in new.block_devices if not entry.get("no_device")]
    entries = [entry for entry in given if not is_disk(entry, new.has_legacy_devices)]
    if new.image_ref and any(_takes_root_name(entry, root) for entry in entries):
        raise _invalid(
            f"the volume cannot be assigned the same device name as the root device {root}"
        )
    if new.has_legacy_devices or not new.block_devices:
        requested = [_legacy(entry, root, has_root) for entry in entries]
        local = int(bool(new.image_ref) and not has_root and not any(v.is_root for v in requested))
    else:
        kept = [entry for entry in entries if not (has_root and _is_root_of_image(entry))]
        local = sum(_is_local(entry, new.image_ref) for entry in kept)
        requested = [_requested(entry) for entry in kept if not _is_local(entry, new.image_ref)]
    replaced = {_name(entry.get("device_name")) for entry in new.block_devices} - {None}
    planned = [*(volume for volume in of_image if _name(volume.device) not in replaced), *requested]
    _check_boot_order(planned, local)
    return planned


def image_volumes(properties: Mapping[str, str]) -> list[PlannedVolume]:
    """Return the volumes of servers that are made of an image which names snapshots.

    :raises Invalid: when the property ``block_device_mapping`` makes no sense.
    """
    try:
        entries = json.loads(properties.get("block_device_mapping") or "[]")
        return [_volume(entry) for entry in entries if entry.get("destination_type") == "volume"]
    except (ValueError, AttributeError, LookupError, TypeError) as error:
        raise _invalid("the block_device_mapping of the image makes no sense.") from error


def _check_device(entry: Entry, properties: Mapping[str, str]) -> None:
    is_image = entry.get("source_type") == Source.IMAGE
    if is_image and entry.get("destination_type") != "volume":
        check_local(entry, properties)
    else:
        chosen(entry, properties)


def _takes_root_name(entry: Entry, root: str) -> bool:
    """Return whether an entry is a volume that is to have the name of the root disk."""
    is_volume = entry.get("destination_type") == "volume"
    return is_volume and _name(entry.get("device_name")) == root


def _is_root_of_image(entry: Entry) -> bool:
    """Return whether an entry is the root disk that clients add to each request with an image."""
    return entry.get("source_type") == "image" and str(entry.get("boot_index")) == "0"


def _is_local(entry: Entry, image_ref: str | None) -> bool:
    """Return whether an entry is the local root disk that is made of the image of the request.

    :raises Invalid: when it is another local disk.
    """
    if "source_type" not in entry:
        raise _invalid("an entry needs a source_type.")
    source = Source(str(entry["source_type"]))
    destination = entry.get("destination_type") or _DESTINATIONS.get(source, "local")
    if destination == "volume":
        return False
    if source in _DESTINATIONS:
        raise _invalid(f"a {source} cannot become a local disk.")
    if not (image_ref and _is_root_of_image(entry)):
        raise _invalid("only the image of imageRef becomes a local disk, with boot_index 0.")
    if entry.get("uuid") != image_ref:
        raise _invalid("it names another image than imageRef.")
    if entry.get("volume_type"):
        raise _invalid("a local disk has no volume_type.")
    return True


def _requested(entry: Entry) -> PlannedVolume:
    """Return the volume of an entry of a request.

    :raises Invalid: when it makes no sense.
    """
    source = entry["source_type"]
    if source == Source.BLANK and entry.get("uuid"):
        raise _invalid("a blank volume has no uuid.")
    if source != Source.BLANK and not entry.get("uuid"):
        raise _invalid(f"a {source} needs its uuid.")
    if source == Source.VOLUME and entry.get("volume_type"):
        raise _invalid("a volume that exists has its volume_type.")
    return _volume(entry)


def _volume(entry: Entry) -> PlannedVolume:
    source, size = Source(str(entry["source_type"])), _number(entry.get("volume_size"))
    source_id = entry.get("uuid") or entry.get(f"{source}_id")
    if source != Source.BLANK and not source_id:
        raise _invalid(f"a {source} needs its id.")
    if source in (Source.IMAGE, Source.BLANK) and not size:
        kind = "Images" if source == Source.IMAGE else "Blank volumes"
        raise _invalid(f"{kind} with destination_type 'volume' need a volume_size.")
    index = _number(entry.get("boot_index"))
    return PlannedVolume(
        source,
        None if source == Source.BLANK else str(source_id),
        size,
        entry.get("volume_type"),
        _yes(entry.get("delete_on_termination")),
        index if index is not None and index >= 0 else None,
        entry.get("tag"),
        entry.get("device_name"),
        *chosen(entry, {}),
    )


def _legacy(entry: Entry, root: str, has_root: bool) -> PlannedVolume:
    """Return the volume of an entry of the older form.

    :param root: the name of the disk to boot from. :param has_root: whether the image names it.
    :raises Invalid: when the entry names no volume and no snapshot.
    """
    if entry.get("snapshot_id"):
        source, source_id = Source.SNAPSHOT, entry["snapshot_id"]
    elif entry.get("volume_id"):
        source, source_id = Source.VOLUME, entry["volume_id"]
    else:
        raise _invalid("only volumes and snapshots are supported.")
    return PlannedVolume(
        source,
        str(source_id),
        _number(entry.get("volume_size")),
        delete_on_termination=_yes(entry.get("delete_on_termination")),
        boot_index=0 if not has_root and _name(entry.get("device_name")) == root else None,
        device=entry.get("device_name"),
    )


def _check_boot_order(planned: Sequence[PlannedVolume], local: int) -> None:
    """Raise Invalid unless there is one disk to boot from, and an order of the others.

    :param local: the number of local disks to boot from.
    :raises Invalid: when there is not.
    """
    indices = [volume.boot_index for volume in planned if volume.boot_index is not None]
    order = sorted([*indices, *[0] * local])
    if not order or order != list(range(len(order))):
        raise _invalid(
            "Boot sequence for the instance and image/block device mapping combination is not "
            "valid."
        )
    ids = [volume.source_id for volume in planned if volume.source == Source.VOLUME]
    if len(ids) != len(set(ids)):
        raise _invalid("a volume is named twice.")


def _name(device: object) -> str | None:
    """Return the name of a disk without the folder of devices."""
    return str(device).removeprefix("/dev/") if device else None


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))


def _yes(value: object) -> bool:
    return value is True or str(value).lower() in ("1", "on", "t", "true", "y", "yes")


def _invalid(reason: str) -> Invalid:
    return Invalid(f"Block Device Mapping is Invalid: {reason}")
