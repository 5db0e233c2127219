"""The keys that lists of servers are sorted by (API reference, "List Servers")."""

from collections.abc import Mapping
from functools import cache

from computeapi.api.servers import changes
from computeapi.api.versions import Version

#: sort_key -> field; None: accepted, but this service has no such thing to sort by.
_SORT_KEYS: Mapping[str, str | None] = {
    "access_ip_v4": "access_ip_v4",
    "access_ip_v6": "access_ip_v6",
    "auto_disk_config": "disk_config",
    "availability_zone": "availability_zone",
    "config_drive": "config_drive",
    "created_at": "created_at",
    "display_description": "description",
    "display_name": "name",
    "host": "host",
    "hostname": "hostname",
    "image_ref": "image_id",
    "instance_type_id": "flavor_id",
    "key_name": "key_name",
    "launch_index": "launch_index",
    "launched_at": "launched_at",
    "locked_by": "locked_by",
    "node": "host",
    "power_state": "power_state",
    "progress": "progress",
    "project_id": "project_id",
    "task_state": "task_state",
    "terminated_at": "terminated_at",
    "updated_at": "updated_at",
    "user_id": "user_id",
    "uuid": "id",
    "vm_state": "vm_state",
    "kernel_id": None,
    "ramdisk_id": None,
    "root_device_name": None,
}
#: Accepted keys that order nothing, until queries became strict.
_OLDER = (
    "architecture",
    "cell_name",
    "cleaned",
    "default_ephemeral_device",
    "default_swap_device",
    "deleted",
    "deleted_at",
    "disable_terminate",
    "ephemeral_gb",
    "ephemeral_key_uuid",
    "id",
    "key_data",
    "launched_on",
    "memory_mb",
    "os_type",
    "reservation_id",
    "root_gb",
    "shutdown_terminate",
    "user_data",
    "vcpus",
    "vm_mode",
)


@cache
def sort_keys(version: Version) -> Mapping[str, str | None]:
    """Return the keys that a list is sorted by at a microversion, each with its field.

    None stands for a key that is accepted, but there is no such thing here to sort by.
    """
    older = dict.fromkeys(_OLDER if version in changes.LOOSE_QUERY else ())
    return {**_SORT_KEYS, **older, "locked": "locked" if version in changes.LOCK_FILTER else None}
