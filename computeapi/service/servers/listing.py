"""Lists of servers, and single ones: those that a caller may see."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.context import Context
from computeapi.domain.errors import Forbidden, Invalid
from computeapi.domain.hosts import HOST_UNKNOWN
from computeapi.domain.paging import Page, PageRequest
from computeapi.domain.servers import (
    ALL_PROJECTS,
    Server,
    ServerBasics,
    ServerDetails,
    ServerFilters,
    ServerSummary,
    ShownServer,
    VmState,
)
from computeapi.policies.servers import listing as rules
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance

#: What only administrators may sort by.
ADMIN_SORT_KEYS = frozenset({"host"})
_NO_VOLUMES: Mapping[str, Sequence[BlockDevice]] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class HostStatuses:
    """The statuses of hosts that a caller may see.

    :ivar by_name: the statuses by the names of the hosts.
    :ivar unknown_only: whether the caller may see only that a status is unknown.
    """

    by_name: Mapping[str, str]
    unknown_only: bool = False

    def of(self, server: ServerBasics) -> str | None:
        """Return the status of a server's host, "" without a host; None when it is not shown."""
        status = self.by_name.get(server.host, "") if server.host else ""
        return None if self.unknown_only and status != HOST_UNKNOWN else status


@dataclasses.dataclass(frozen=True, slots=True)
class HostFacts:
    """The hosts of servers, as far as a caller may see them.

    :ivar nodes: the names of hosts as their hypervisors have them, by the names of the hosts.
    :ivar statuses: None when the caller may see none.
    """

    nodes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    statuses: HostStatuses | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Sight:
    """How much of servers a caller may see.

    :ivar extended: whether the caller may see the attributes that are for administrators.
    :ivar extra_specs: whether the caller may see the extra specs of flavors.
    """

    extended: bool
    extra_specs: bool
    hosts: HostFacts


_NO_HOSTS = HostFacts()


class Listing:
    """List and show servers.

    :param host_down_after: seconds without a sign of life after which a host counts as down.
    :param has_volumes: whether there is a volume service.
    """

    def __init__(
        self,
        acceptance: Acceptance,
        policy: Policy,
        host_down_after: float,
        has_volumes: bool = False,
    ) -> None:
        self._acceptance = acceptance
        self._policy = policy
        self._host_down_after = host_down_after
        self._has_volumes = has_volumes

    def list(
        self,
        context: Context,
        filters: ServerFilters,
        page: PageRequest,
        all_projects: bool = False,
    ) -> Page[ServerSummary]:
        """Return a page of servers, without details.

        :param filters: its ``project_id`` counts only with ``all_projects``; None is then
            every project.
        :raises Forbidden: when the caller may not list, or not all projects, or not what is
            deleted, or not in this order.
        :raises MarkerNotFound: when the marker is none of the caller's servers.
        """
        filters = allowed_filters(self._policy, context, rules.INDEX, filters, page, all_projects)
        with self._acceptance.db.read() as tx:
            return tx.servers.summaries(filters, page)

    def list_details(
        self,
        context: Context,
        filters: ServerFilters,
        page: PageRequest,
        all_projects: bool = False,
    ) -> Page[ServerDetails]:
        """Return a page of servers; as :meth:`list`, with the details of each."""
        filters = allowed_filters(self._policy, context, rules.DETAIL, filters, page, all_projects)
        with self._acceptance.db.read() as tx:
            return tx.servers.list(filters, page)

    def list_basics(
        self,
        context: Context,
        filters: ServerFilters,
        page: PageRequest,
        all_projects: bool = False,
    ) -> Page[ServerBasics]:
        """Return a page of servers; as :meth:`list_details` without fields of few microversions."""
        filters = allowed_filters(self._policy, context, rules.DETAIL, filters, page, all_projects)
        with self._acceptance.db.read() as tx:
            return tx.servers.basics(filters, page)

    def get(self, context: Context, server_id: str) -> ShownServer:
        """Return a server.

        :raises NotFound: when there is none that the caller may know of.
        """
        return self._acceptance.show(context, server_id, rules.SHOW)

    def sight(
        self,
        context: Context,
        server: ShownServer | None = None,
        flavors: bool = False,
        statuses: bool = False,
    ) -> Sight:
        """Return how much of servers a caller may see.

        :param server: the only server that is shown; None for a list of the caller's project.
        :param flavors: whether the servers are shown with their flavors.
        :param statuses: whether they are shown with the statuses of their hosts.
        """
        owner = {"project_id": server.project_id, "user_id": server.user_id} if server else None
        extended = self._policy.allows(context, rules.EXTENDED_ATTRIBUTES, owner)
        extra_specs = flavors and self._policy.allows(context, rules.FLAVOR_EXTRA_SPECS, owner)
        hosts = self.host_facts(context, server, nodes=extended, statuses=statuses)
        return Sight(extended, extra_specs, hosts)

    def host_facts(
        self,
        context: Context,
        server: ShownServer | None = None,
        nodes: bool = False,
        statuses: bool = False,
    ) -> HostFacts:
        """Return the hosts of servers; they are read once, or not at all.

        :param server: the only server that is shown; None for a list.
        :param nodes: whether the names of the hypervisors are needed.
        :param statuses: whether the statuses are, as far as the caller may see them.
        """
        every = some = False
        if statuses:
            owner = {"project_id": server.project_id, "user_id": server.user_id} if server else None
            every = self._policy.allows(context, rules.HOST_STATUS, owner)
            some = every or self._policy.allows(context, rules.HOST_STATUS_UNKNOWN, owner)
        if not (nodes or some):
            return _NO_HOSTS
        with self._acceptance.db.read() as tx:
            now, hosts = tx.now(), tx.hosts.list()
        by_name = {host.name: host.status(now, self._host_down_after) for host in hosts}
        return HostFacts(
            {host.name: host.hypervisor_hostname for host in hosts} if nodes else {},
            HostStatuses(by_name, unknown_only=not every) if some else None,
        )

    def volumes(self, servers: Sequence[ServerBasics]) -> Mapping[str, Sequence[BlockDevice]]:
        """Return the volumes of servers, by the ids of these.

        Without a volume service there are none, and no row is read.
        """
        if not self._has_volumes:
            return _NO_VOLUMES
        with self._acceptance.db.read() as tx:
            devices = tx.block_devices.of_servers([server.id for server in servers])
        return {
            server_id: [device for device in of_server if device.volume_id is not None]
            for server_id, of_server in devices.items()
        }

    def addresses(self, context: Context, server_id: str) -> Server:
        """Return a server for the list of its addresses.

        :raises NotFound: when there is none that the caller may know of.
        """
        return self._acceptance.read(context, server_id, rules.ADDRESSES)

    def network_addresses(self, context: Context, server_id: str) -> Server:
        """Return a server for the list of its addresses in one network.

        :raises NotFound: when there is none that the caller may know of.
        """
        return self._acceptance.read(context, server_id, rules.NETWORK_ADDRESSES)


def allowed_filters(
    policy: Policy,
    context: Context,
    rule: str,
    filters: ServerFilters,
    page: PageRequest,
    all_projects: bool,
) -> ServerFilters:
    """Return the filters as they count for a caller, with the projects that they may see.

    :param rule: the policy of the list.
    :param filters: as the caller asks; their ``project_id`` counts only with ``all_projects``, and
        None is then every project.
    :raises Forbidden: when the caller may not list so.
    :raises Invalid: when they may use all filters, and use one that there cannot be.
    """
    policy.authorize(context, rule)
    counts: dict[str, Any] = {}
    if not all_projects:
        counts["project_id"] = context.require_project()
    else:
        policy.authorize(context, rules.of_all_projects(rule))
        if filters.project_id is None:
            counts["project_id"] = ALL_PROJECTS
    if not policy.allows(context, rules.ALLOW_ALL_FILTERS):
        counts |= _public(filters)
    elif filters.unfilterable:
        raise Invalid(f"Invalid filter field: {filters.unfilterable[0]}.")
    filters = dataclasses.replace(filters, **counts)
    if not context.is_admin:
        _refuse_for_administrators(filters, page)
    return filters


def _refuse_for_administrators(filters: ServerFilters, page: PageRequest) -> None:
    if any(key in ADMIN_SORT_KEYS for key, _ in page.sort):
        raise Forbidden("Only administrators can sort servers by host or node.")
    if filters.states and all(state == VmState.DELETED for state, _ in filters.states):
        raise Forbidden("Only administrators may list deleted instances.")


def _public(filters: ServerFilters) -> dict[str, Any]:
    """Leave the filters that every caller may use (API reference, "List Servers").

    Deleted servers show only with a time of changes.
    """
    public, by_time = filters.public, filters.changes_since or filters.changes_before
    return {
        "deleted": None if by_time else False,
        "soft_deleted": None,
        "task_states": filters.task_states if "task_state" in public else None,
        "equals": {k: v for k, v in filters.equals.items() if k in public},
        "matches": {k: v for k, v in filters.matches.items() if k in public},
        "constants": (),
    }
