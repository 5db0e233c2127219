"""The query parameters of a list of servers (API reference, "List Servers")."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import PAGING, Parameter, Query
from computeapi.api.servers import changes
from computeapi.api.servers.sort_keys import SORT_KEYS
from computeapi.api.servers.status import ROOT_DEVICE, STATUSES
from computeapi.api.versions import Version
from computeapi.domain.errors import Invalid
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ServerFilters, TaskState, VmState

States = list[tuple[str, frozenset[str | None] | None]]


@dataclass(slots=True)
class _Filters:
    """The filters of a query that is being read, as :class:`ServerFilters` has them."""

    project_id: str | None = None
    tenant_id: str | None = None
    all_projects: bool = False
    deleted: bool | None = None
    states: States | None = None
    task_states: frozenset[str] | None = None
    changes_since: datetime | None = None
    equals: dict[str, list[object]] = field(default_factory=dict)
    matches: dict[str, str] = field(default_factory=dict)
    constants: list[tuple[str | None, str]] = field(default_factory=list)
    unfilterable: list[str] = field(default_factory=list)


Read = Callable[[_Filters, str, Sequence[str]], None]


def _equal(attribute: str, convert: Callable[[str], object] = str) -> Read:
    """Return the reader of a filter by a field's value; an invalid value matches no server."""

    def read(filters: _Filters, name: str, texts: Sequence[str]) -> None:
        filters.equals[attribute] = converted = []
        for text in texts:
            with suppress(ValueError, Invalid):
                converted.append(convert(text))

    return read


def _match(attribute: str) -> Read:
    """Return the reader of a filter that searches a regular expression in a field."""

    def read(filters: _Filters, name: str, texts: Sequence[str]) -> None:
        filters.matches[attribute] = _pattern(name, texts)

    return read


def _constant(value: str | None) -> Read:
    """Return the reader of a filter by a value that all servers have in common.

    :param value: None for no value, so that none matches.
    """

    def read(filters: _Filters, name: str, texts: Sequence[str]) -> None:
        filters.constants.append((value, _pattern(name, texts)))

    return read


def _pattern(name: str, texts: Sequence[str]) -> str:
    if not texts[-1]:
        raise paging.invalid(name, "")
    return texts[-1]


def _unfilterable(filters: _Filters, name: str, texts: Sequence[str]) -> None:
    """Note a name that an administrator is told of, and that is left out for others."""
    filters.unfilterable.append(name)


def _text(attribute: str) -> Read:
    """Return the reader of a parameter that is kept as it is."""

    def read(filters: _Filters, name: str, texts: Sequence[str]) -> None:
        setattr(filters, attribute, texts[-1])

    return read


def _status(filters: _Filters, name: str, texts: Sequence[str]) -> None:
    """Turn statuses back into states; an unknown status matches no server."""
    statuses = {text.upper() for text in texts}
    filters.states = []
    for vm_state, by_task in STATUSES.items():
        for task, status in by_task.items():
            if status not in statuses:
                continue
            if task is not None:
                filters.states.append((vm_state, frozenset({task})))
            elif len(by_task) == 1:
                filters.states.append((vm_state, None))
            else:
                others = frozenset({None, *TaskState} - (set(by_task) - {None}))
                filters.states.append((vm_state, others))


def _task_state(filters: _Filters, name: str, texts: Sequence[str]) -> None:
    filters.task_states = frozenset(texts)


def _deleted(filters: _Filters, name: str, texts: Sequence[str]) -> None:
    filters.deleted = paging.is_true(texts[-1])


def _all_tenants(filters: _Filters, name: str, texts: Sequence[str]) -> None:
    filters.all_projects = texts[-1] == "" or paging.boolean(texts[-1], name)


def _changes_since(filters: _Filters, name: str, texts: Sequence[str]) -> None:
    try:
        filters.changes_since = values.moment(texts[-1])
    except ValueError as error:
        raise paging.invalid(name, texts[-1]) from error


def _config_drive(text: str) -> bool:
    return paging.boolean(text, "config_drive")


def _disk_config(text: str) -> str:
    return "AUTO" if paging.boolean(text, "auto_disk_config") else "MANUAL"


def _flavor_id(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]


QUERY: Query[_Filters] = Query(
    *PAGING,
    Parameter("project_id", _text("project_id")),
    Parameter("tenant_id", _text("tenant_id")),
    Parameter("all_tenants", _all_tenants),
    Parameter("deleted", _deleted),
    Parameter("status", _status),
    Parameter("task_state", _task_state),
    Parameter("changes-since", _changes_since),
    Parameter("image", _equal("image_id")),
    Parameter("image_ref", _equal("image_id")),
    Parameter("flavor", _equal("flavor_id", _flavor_id)),
    Parameter("reservation_id", _equal("reservation_id")),
    Parameter("host", _equal("host")),
    Parameter("node", _equal("host")),
    Parameter("user_id", _equal("user_id")),
    Parameter("uuid", _equal("id")),
    Parameter("vm_state", _equal("vm_state")),
    Parameter("launch_index", _equal("launch_index", values.integer)),
    Parameter("power_state", _equal("power_state", values.integer)),
    Parameter("progress", _equal("progress", values.integer)),
    Parameter("memory_mb", _equal("memory_mb", values.integer)),
    Parameter("vcpus", _equal("vcpus", values.integer)),
    Parameter("root_gb", _equal("disk_gb", values.integer)),
    Parameter("ephemeral_gb", _equal("ephemeral_gb", values.integer)),
    Parameter("config_drive", _equal("config_drive", _config_drive)),
    Parameter("auto_disk_config", _equal("disk_config", _disk_config)),
    Parameter("name", _match("name")),
    Parameter("display_name", _match("name")),
    Parameter("hostname", _match("hostname")),
    Parameter("key_name", _match("key_name")),
    Parameter("availability_zone", _match("availability_zone")),
    Parameter("access_ip_v4", _match("access_ip_v4")),
    Parameter("access_ip_v6", _match("access_ip_v6")),
    Parameter("ip", _match("addresses")),
    Parameter("ip6", _match("addresses"), changes.IP6_FILTER),
    Parameter("display_description", _match("name")),
    Parameter("launched_on", _match("host")),
    Parameter("key_data", _match("public_key")),
    Parameter("user_data", _match("user_data")),
    Parameter("created_at", _match("created_at")),
    Parameter("updated_at", _match("updated_at")),
    Parameter("launched_at", _match("launched_at")),
    Parameter("terminated_at", _match("terminated_at")),
    Parameter("deleted_at", _match("terminated_at")),
    Parameter("kernel_id", _constant("")),
    Parameter("ramdisk_id", _constant("")),
    Parameter("root_device_name", _constant(ROOT_DEVICE)),
    Parameter("architecture", _constant(None)),
    Parameter("cell_name", _constant(None)),
    Parameter("default_ephemeral_device", _constant(None)),
    Parameter("default_swap_device", _constant(None)),
    Parameter("ephemeral_key_uuid", _constant(None)),
    Parameter("instance_type_id", _constant(None)),
    Parameter("locked_by", _constant(None)),
    Parameter("os_type", _constant(None)),
    Parameter("vm_mode", _constant(None)),
    Parameter("block_device_mapping", _unfilterable),
    Parameter("info_cache", _unfilterable),
    Parameter("metadata", _unfilterable),
    Parameter("pci_devices", _unfilterable),
    Parameter("security_groups", _unfilterable),
    Parameter("services", _unfilterable),
    Parameter("system_metadata", _unfilterable),
    Parameter("_*", _unfilterable),
    strict=changes.STRICT_QUERY,
)


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The query of a list of servers, converted for the service."""

    filters: ServerFilters
    page: PageRequest
    all_projects: bool


def list_request(params: Params, max_limit: int, version: Version) -> ListRequest:
    """Read the query of ``GET /servers`` and ``GET /servers/detail``.

    :raises Invalid: when a parameter makes no sense; see :class:`Query`.
    """
    page = paging.page_request(params, max_limit, SORT_KEYS, ("created_at", "desc"))
    query = QUERY.read(params, version, _Filters())
    filters = ServerFilters(
        project_id=query.project_id or query.tenant_id,
        deleted=_is_deleted(query),
        states=query.states,
        task_states=query.task_states,
        changes_since=query.changes_since,
        equals=query.equals,
        matches=query.matches,
        constants=query.constants,
        unfilterable=query.unfilterable,
    )
    return ListRequest(filters, page, query.all_projects)


def _is_deleted(query: _Filters) -> bool | None:
    """Return which servers a list shows: deleted ones, others, or both for changes-since."""
    if query.deleted is not None:
        return query.deleted
    if query.states == [(VmState.DELETED, None)]:
        return True
    return None if query.changes_since else False
