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

Entry = Mapping[str, Any]

#: What an entry becomes that does not say so.
_DESTINATIONS = {Source.VOLUME: "volume", Source.SNAPSHOT: "volume"}
#: The properties of an image that names snapshots, beside those that its servers have.
MAPPING_PROPERTIES = frozenset({"block_device_mapping", "bdm_v2", "root_device_name"})
_V1_KEYS = frozenset({"volume_id", "snapshot_id", "virtual_name", "no_device"})


def requested_volumes(new: NewServer) -> tuple[list[PlannedVolume], list[dict[str, object]]]:
    """Return the volumes of a request, and the entries that are disks of the host.

    :raises Invalid: when an entry makes no sense, or the order to boot from does not.
    """
    planned: list[PlannedVolume] = []
    local: list[dict[str, object]] = []
    for entry in new.block_devices:
        if "source_type" not in entry:
            planned.extend(_legacy(new, entry, planned))
        elif _destination(entry) == "volume":
            planned.append(_volume(entry))
        else:
            local.append(dict(entry))
    _check_boot_order(new, planned, local)
    return planned, local


def image_volumes(properties: Mapping[str, str]) -> list[PlannedVolume]:
    """Return the volumes of servers that are made of an image which names snapshots.

    :raises Invalid: when the property ``block_device_mapping`` makes no sense.
    """
    try:
        entries = json.loads(properties.get("block_device_mapping") or "[]")
        return [_volume(entry) for entry in entries if entry.get("destination_type") == "volume"]
    except (ValueError, AttributeError, LookupError, TypeError) as error:
        raise _invalid("the block_device_mapping of the image makes no sense.") from error


def merged(
    of_image: Sequence[PlannedVolume], requested: Sequence[PlannedVolume]
) -> list[PlannedVolume]:
    """Return the volumes that an image names, and those of a request, which come before them."""
    names = {volume.device for volume in requested} - {None}
    return [*(volume for volume in of_image if volume.device not in names), *requested]


def _destination(entry: Entry) -> str:
    source = Source(str(entry["source_type"]))
    destination = str(entry.get("destination_type") or _DESTINATIONS.get(source, "local"))
    if destination == "local" and source in _DESTINATIONS:
        raise _invalid(f"a {source} cannot become a local disk.")
    return destination


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
    )


def _legacy(new: NewServer, entry: Entry, before: Sequence[PlannedVolume]) -> list[PlannedVolume]:
    """Return the volume of an entry of the older form, or none for one without a device.

    A server without an image boots from the first volume.
    """
    if entry.get("no_device") is not None or not _V1_KEYS & entry.keys():
        return []
    if entry.get("snapshot_id"):
        source, source_id = Source.SNAPSHOT, entry["snapshot_id"]
    elif entry.get("volume_id"):
        source, source_id = Source.VOLUME, entry["volume_id"]
    else:
        raise _invalid("only volumes and snapshots are supported.")
    return [
        PlannedVolume(
            source,
            str(source_id),
            _number(entry.get("volume_size")),
            delete_on_termination=_yes(entry.get("delete_on_termination")),
            boot_index=0 if not (new.image_ref or before) else None,
            device=entry.get("device_name"),
        )
    ]


def _check_boot_order(
    new: NewServer, planned: Sequence[PlannedVolume], local: Sequence[Entry]
) -> None:
    """Raise Invalid unless there is one disk to boot from, and an order of the others.

    :raises Invalid: when there is not.
    """
    indices = sorted(volume.boot_index for volume in planned if volume.boot_index is not None)
    roots = indices.count(0) + bool(new.image_ref or local)
    if planned and roots != 1:
        raise _invalid(
            "Boot sequence for the instance and image/block device mapping combination is not "
            "valid."
        )
    first = 0 if 0 in indices else 1
    if indices != list(range(first, first + len(indices))):
        raise _invalid("the boot indices are no sequence.")
    ids = [volume.source_id for volume in planned if volume.source == Source.VOLUME]
    if len(ids) != len(set(ids)):
        raise _invalid("a volume is named twice.")


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))


def _yes(value: object) -> bool:
    return value is True or str(value).lower() in ("1", "on", "t", "true", "y", "yes")


def _invalid(reason: str) -> Invalid:
    return Invalid(f"Block Device Mapping is Invalid: {reason}")
