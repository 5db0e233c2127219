"""The query parameters of a list of servers (API reference, "List Servers")."""

from dataclasses import dataclass, replace
from functools import cache

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import INTEGER, MOMENT, PAGING, REGEX, Parameter, Query
from computeapi.api.servers import changes
from computeapi.api.servers import filters as read
from computeapi.api.servers.filters import Filters
from computeapi.api.servers.sort_keys import sort_keys
from computeapi.api.servers.status import ROOT_DEVICE
from computeapi.api.versions import ALWAYS, Span, Version
from computeapi.domain.errors import Invalid
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ServerFilters, VmState

QUERY: Query[Filters] = Query(
    *PAGING,
    Parameter("project_id", read.text("project_id")),
    Parameter("tenant_id", read.text("tenant_id")),
    Parameter("all_tenants", read.all_tenants),
    Parameter("deleted", read.deleted),
    Parameter("status", read.status, changes.ANY_STATUS),
    Parameter("status", read.known_status, changes.KNOWN_STATUS),
    Parameter("task_state", read.task_state),
    Parameter("changes-since", read.changes_since, schema=MOMENT),
    Parameter("changes-before", read.changes_before, changes.CHANGES_BEFORE, schema=MOMENT),
    Parameter("locked", read.locked, changes.LOCK_FILTER),
    Parameter("tags", read.tagged(), changes.TAGS, schema=REGEX),
    Parameter("tags-any", read.tagged(every=False), changes.TAGS, schema=REGEX),
    Parameter("not-tags", read.tagged(present=False), changes.TAGS, schema=REGEX),
    Parameter("not-tags-any", read.tagged(every=False, present=False), changes.TAGS, schema=REGEX),
    Parameter("image", read.equal("image_id")),
    Parameter("image_ref", read.equal("image_id")),
    Parameter("flavor", read.equal("flavor_id", read.flavor_id), schema=REGEX),
    Parameter("reservation_id", read.match("reservation_id"), schema=REGEX),
    Parameter("host", read.equal("host")),
    Parameter("node", read.equal("node"), schema=REGEX),
    Parameter("user_id", read.equal("user_id")),
    Parameter("uuid", read.equal("id")),
    Parameter("vm_state", read.equal("vm_state")),
    Parameter("launch_index", read.equal("launch_index", values.integer), schema=INTEGER),
    Parameter("power_state", read.equal("power_state", values.integer), schema=REGEX),
    Parameter("progress", read.equal("progress", values.integer), schema=REGEX),
    Parameter("config_drive", read.equal("config_drive", read.config_drive), schema=REGEX),
    Parameter("auto_disk_config", read.equal("disk_config", read.disk_config), schema=REGEX),
    Parameter("name", read.match("name"), schema=REGEX),
    Parameter("display_name", read.match("display_name"), schema=REGEX),
    Parameter("hostname", read.match("hostname"), schema=REGEX),
    Parameter("key_name", read.match("key_name"), schema=REGEX),
    Parameter("availability_zone", read.match("availability_zone"), schema=REGEX),
    Parameter("access_ip_v4", read.match("access_ip_v4"), schema=REGEX),
    Parameter("access_ip_v6", read.match("access_ip_v6"), schema=REGEX),
    Parameter("ip", read.match("ip"), schema=REGEX),
    Parameter("ip6", read.match("ip6"), schema=REGEX),
    Parameter("display_description", read.match("description"), schema=REGEX),
    Parameter("created_at", read.match("created_at"), schema=REGEX),
    Parameter("launched_at", read.match("launched_at"), schema=REGEX),
    Parameter("terminated_at", read.match("terminated_at"), schema=REGEX),
    Parameter("description", read.ignored, schema=REGEX),
    Parameter("soft_deleted", read.soft_deleted),
    Parameter("kernel_id", read.constant(""), schema=REGEX),
    Parameter("ramdisk_id", read.constant(""), schema=REGEX),
    Parameter("root_device_name", read.constant(ROOT_DEVICE), schema=REGEX),
    Parameter("locked_by", read.match("locked_by"), schema=REGEX),
    Parameter("block_device_mapping", read.unfilterable),
    Parameter("info_cache", read.unfilterable),
    Parameter("metadata", read.unfilterable),
    Parameter("pci_devices", read.unfilterable),
    Parameter("security_groups", read.unfilterable),
    Parameter("services", read.unfilterable),
    Parameter("system_metadata", read.unfilterable),
    Parameter("_*", read.unfilterable),
    strict=changes.STRICT_QUERY,
)


#: Of operations that take no query parameters.
NO_QUERY: Query[None] = Query(strict=changes.STRICT_SHOW_QUERY)

#: The fields that every caller may filter by, by the microversions that opened them to all.
_PUBLIC: tuple[tuple[Span, frozenset[str]], ...] = (
    (ALWAYS, frozenset({"reservation_id", "name", "image_id", "flavor_id", "ip"})),
    (changes.IP6_FILTER, frozenset({"ip6"})),
    (changes.LOCK_FILTER, frozenset({"locked"})),
    (
        changes.MORE_FILTERS,
        frozenset(
            {
                "availability_zone",
                "config_drive",
                "created_at",
                "key_name",
                "launched_at",
                "power_state",
                "progress",
                "task_state",
                "terminated_at",
                "user_id",
                "vm_state",
            }
        ),
    ),
    (changes.HOSTNAME_FILTER, frozenset({"hostname"})),
)


@cache
def public_filters(version: Version) -> frozenset[str]:
    """Return the fields that every caller may filter by at a microversion."""
    return frozenset().union(*(fields for span, fields in _PUBLIC if version in span))


@dataclass(frozen=True, slots=True)
class ServerListRequest:
    """The query of a list of servers, converted for the service."""

    filters: ServerFilters
    page: PageRequest
    all_projects: bool


def list_request(params: Params, max_limit: int, version: Version) -> ServerListRequest:
    """Read the query of ``GET /servers`` and ``GET /servers/detail``.

    :raises Invalid: when a parameter makes no sense; see :class:`Query`.
    """
    page = paging.page_request(params, max_limit, sort_keys(version), ("created_at", "desc"))
    if page.marker == "":
        # Other lists have no item of that name.
        page = replace(page, marker=None)
    query = QUERY.read(params, version, Filters())
    if query.changes_before and query.changes_since and query.changes_before < query.changes_since:
        raise Invalid("The value of changes-since must be less than or equal to changes-before.")
    filters = ServerFilters(
        project_id=query.project_id or query.tenant_id,
        deleted=_is_deleted(query),
        soft_deleted=query.soft_deleted,
        states=query.states,
        task_states=query.task_states,
        changes_since=query.changes_since,
        changes_before=query.changes_before,
        equals=query.equals,
        matches=query.matches,
        tags=query.tags,
        constants=query.constants,
        unfilterable=query.unfilterable,
        public=public_filters(version),
    )
    return ServerListRequest(filters, page, query.all_projects)


def _is_deleted(query: Filters) -> bool | None:
    """Return which servers a list shows: deleted ones, others, or both for a time of changes."""
    if query.deleted is not None:
        return query.deleted
    if query.states == [(VmState.DELETED, None)]:
        return True
    return None if query.changes_since or query.changes_before else False
