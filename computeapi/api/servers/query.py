"""The query parameters of a list of servers (API reference, "List Servers")."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from computeapi.api import paging
from computeapi.api.paging import Params
from computeapi.api.servers import changes
from computeapi.api.servers.status import ROOT_DEVICE, STATUSES
from computeapi.api.values import integer, moment
from computeapi.api.versions import Version
from computeapi.domain.errors import Invalid
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ServerFilters, TaskState, VmState

#: sort_key -> field; None: accepted, but this service has no such thing to sort by.
SORT_KEYS: Mapping[str, str | None] = {
    "access_ip_v4": "access_ip_v4",
    "access_ip_v6": "access_ip_v6",
    "auto_disk_config": "disk_config",
    "availability_zone": "availability_zone",
    "config_drive": "config_drive",
    "created_at": "created_at",
    "display_name": "name",
    "host": "host",
    "hostname": "hostname",
    "image_ref": "image_id",
    "instance_type_id": "flavor_id",
    "key_name": "key_name",
    "launch_index": "launch_index",
    "launched_at": "launched_at",
    "locked": "locked",
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
    **dict.fromkeys(
        [
            "architecture",
            "cell_name",
            "cleaned",
            "default_ephemeral_device",
            "default_swap_device",
            "deleted",
            "deleted_at",
            "disable_terminate",
            "display_description",
            "ephemeral_gb",
            "ephemeral_key_uuid",
            "id",
            "kernel_id",
            "key_data",
            "launched_on",
            "memory_mb",
            "os_type",
            "ramdisk_id",
            "reservation_id",
            "root_device_name",
            "root_gb",
            "shutdown_terminate",
            "user_data",
            "vcpus",
            "vm_mode",
        ]
    ),
}

_EQUAL: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "image": ("image_id", str),
    "image_ref": ("image_id", str),
    "flavor": ("flavor_id", lambda ref: ref.rsplit("/", 1)[-1]),
    "reservation_id": ("reservation_id", str),
    "host": ("host", str),
    "node": ("host", str),
    "user_id": ("user_id", str),
    "uuid": ("id", str),
    "vm_state": ("vm_state", str),
    "launch_index": ("launch_index", integer),
    "power_state": ("power_state", integer),
    "progress": ("progress", integer),
    "memory_mb": ("memory_mb", integer),
    "vcpus": ("vcpus", integer),
    "root_gb": ("disk_gb", integer),
    "ephemeral_gb": ("ephemeral_gb", integer),
    "config_drive": ("config_drive", lambda value: paging.boolean(value, "config_drive")),
    "auto_disk_config": (
        "disk_config",
        lambda value: "AUTO" if paging.boolean(value, "auto_disk_config") else "MANUAL",
    ),
}
_MATCH: Mapping[str, str] = {
    "name": "name",
    "display_name": "name",
    "hostname": "hostname",
    "key_name": "key_name",
    "locked_by": "locked_by",
    "availability_zone": "availability_zone",
    "access_ip_v4": "access_ip_v4",
    "access_ip_v6": "access_ip_v6",
    "ip": "addresses",
    "ip6": "addresses",
    "display_description": "name",
    "launched_on": "host",
    "key_data": "public_key",
    "user_data": "user_data",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "launched_at": "launched_at",
    "terminated_at": "terminated_at",
    "deleted_at": "terminated_at",
}
#: Filters by what all servers have in common here; None: no value, so that none matches.
_CONSTANTS: Mapping[str, str | None] = {
    "kernel_id": "",
    "ramdisk_id": "",
    "root_device_name": ROOT_DEVICE,
    **dict.fromkeys(
        [
            "architecture",
            "cell_name",
            "default_ephemeral_device",
            "default_swap_device",
            "ephemeral_key_uuid",
            "instance_type_id",
            "os_type",
            "vm_mode",
        ]
    ),
}
#: Filters that an administrator is told of, and for others are left out as unknown ones are.
_UNFILTERABLE = frozenset(
    {
        "block_device_mapping",
        "info_cache",
        "metadata",
        "pci_devices",
        "security_groups",
        "services",
        "system_metadata",
    }
)


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The query of a list of servers, converted for the service."""

    filters: ServerFilters
    page: PageRequest
    all_projects: bool


def list_request(params: Params, max_limit: int, version: Version) -> ListRequest:
    """Read the query of ``GET /servers`` and ``GET /servers/detail``.

    Parameters that nobody knows are left out, as the API reference says.

    :raises Invalid: when one that is known makes no sense.
    """
    page = paging.page_request(params, max_limit, SORT_KEYS, ("created_at", "desc"))
    changes_since = _moment(params, "changes-since")
    states = _states(params)
    equals = {}
    for name, values in params.items():
        if name in _EQUAL and values:
            field, read = _EQUAL[name]
            equals[field] = _readable(read, values)
    matches = _matches(params, version)
    project_id = paging.last(params, "project_id") or paging.last(params, "tenant_id")
    task_states = params.get("task_state")
    return ListRequest(
        ServerFilters(
            project_id=project_id,
            deleted=_deleted(params, states, changes_since),
            states=states,
            task_states=frozenset(task_states) if task_states else None,
            changes_since=changes_since,
            equals=equals,
            matches=matches,
            constants=[
                (_CONSTANTS[n], _pattern(n, v)) for n, v in params.items() if n in _CONSTANTS
            ],
            unfilterable=[n for n in params if n in _UNFILTERABLE or n.startswith("_")],
        ),
        page,
        _all_projects(params),
    )


def _matches(params: Params, version: Version) -> dict[str, str]:
    """Read the filters that are regular expressions; an empty one is none."""
    matches = {}
    for name, values in params.items():
        if name not in _MATCH or not values:
            continue
        if name == "ip6" and version not in changes.IP6_FILTER:
            continue
        matches[_MATCH[name]] = _pattern(name, values)
    return matches


def _pattern(name: str, values: Sequence[str]) -> str:
    if not values[-1]:
        raise paging.invalid(name, "")
    return values[-1]


def _readable(read: Callable[[str], object], values: Sequence[str]) -> list[object]:
    """Convert the values of a filter; an invalid value matches no server."""
    found = []
    for value in values:
        with suppress(ValueError, Invalid):
            found.append(read(value))
    return found


def _all_projects(params: Params) -> bool:
    value = paging.last(params, "all_tenants")
    return value is not None and (value == "" or paging.boolean(value, "all_tenants"))


def _deleted(params: Params, states: object, changes_since: datetime | None) -> bool | None:
    """Which servers a list shows: deleted, live, or both (the last for changes-since)."""
    asked = paging.last(params, "deleted")
    if asked is not None:
        return paging.is_true(asked)
    if states == [(VmState.DELETED, None)]:
        return True
    return None if changes_since else False


def _states(params: Params) -> list[tuple[str, frozenset[str | None] | None]] | None:
    """Turn statuses back into states; an unknown status matches nothing."""
    if not params.get("status"):
        return None
    wanted = {value.upper() for value in params["status"]}
    states: list[tuple[str, frozenset[str | None] | None]] = []
    for vm_state, by_task in STATUSES.items():
        for task, name in by_task.items():
            if name not in wanted:
                continue
            if task is not None:
                states.append((vm_state, frozenset({task})))
            elif len(by_task) == 1:
                states.append((vm_state, None))
            else:
                states.append((vm_state, frozenset({None, *TaskState} - (set(by_task) - {None}))))
    return states


def _moment(params: Params, name: str) -> datetime | None:
    text = paging.last(params, name)
    if text is None:
        return None
    try:
        return moment(text)
    except ValueError as error:
        raise paging.invalid(name, text) from error
