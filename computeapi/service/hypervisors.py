"""The operations on hypervisors."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, MarkerNotFound, NotFound
from computeapi.domain.hosts import Usage
from computeapi.domain.hypervisors import (
    Hypervisor,
    HypervisorFilters,
    HypervisorId,
    Load,
    ShownHypervisor,
    Statistics,
)
from computeapi.domain.paging import Page, PageRequest
from computeapi.policies import hypervisors as rules
from computeapi.ports.database import Database, Transaction
from computeapi.ports.policy import Policy


class Hypervisors:
    """List and show the hypervisors of hosts.

    An id is the number of a hypervisor until 2.52, and its UUID since 2.53.

    :param host_down_after: seconds without a sign of life after which a host counts as down.
    """

    def __init__(self, db: Database, policy: Policy, host_down_after: float) -> None:
        self._db = db
        self._policy = policy
        self._host_down_after = host_down_after

    def list(
        self,
        context: Context,
        filters: HypervisorFilters,
        page: PageRequest,
        detailed: bool = False,
    ) -> Page[ShownHypervisor]:
        """Return a page of the hypervisors, by their number.

        :param detailed: with the resources that their servers take.
        :raises Forbidden: when the caller may not.
        :raises MarkerNotFound: when the marker is none of them.
        :raises NotFound: when no name has the part that is looked for.
        """
        self._policy.authorize(context, rules.DETAIL if detailed else rules.LIST)
        with self._db.read() as tx:
            found = list(_named(tx, filters.hostname_part))
            if page.marker is not None:
                found = found[_position(found, page.marker) + 1 :]
            shown = self._shown(tx, found[: page.limit], detailed, filters.with_servers)
        return Page(list(shown), more=len(found) > page.limit)

    def search(
        self, context: Context, hostname_part: str, with_servers: bool = False
    ) -> Sequence[ShownHypervisor]:
        """Return the hypervisors whose names have a part (until 2.52).

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        """
        self._policy.authorize(context, rules.SERVERS if with_servers else rules.SEARCH)
        with self._db.read() as tx:
            return self._shown(tx, _named(tx, hostname_part), False, with_servers)

    def get(
        self, context: Context, hypervisor_id: HypervisorId, with_servers: bool = False
    ) -> ShownHypervisor:
        """Return a hypervisor with the resources that its servers take.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        """
        self._policy.authorize(context, rules.SHOW)
        with self._db.read() as tx:
            return self._shown(tx, [_found(tx, hypervisor_id)], True, with_servers)[0]

    def uptime(self, context: Context, hypervisor_id: HypervisorId) -> ShownHypervisor:
        """Return a hypervisor that is up (until 2.87).

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        :raises Invalid: when its host is down.
        """
        self._policy.authorize(context, rules.UPTIME)
        with self._db.read() as tx:
            shown = self._shown(tx, [_found(tx, hypervisor_id)], False, False)[0]
        if not shown.up:
            raise Invalid(f"Compute service of {shown.hypervisor.host.name} is unavailable.")
        return shown

    def statistics(self, context: Context) -> Statistics:
        """Add up the hypervisors whose hosts are enabled (until 2.87).

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.STATISTICS)
        with self._db.read() as tx:
            enabled = [h for h in tx.hypervisors.list() if h.host.enabled]
            shown = self._shown(tx, enabled, True, False)
        hosts = [h.host for h in enabled]
        used = sum((one.load.used for one in shown), Usage())
        return Statistics(
            len(hosts),
            sum(host.vcpus for host in hosts),
            sum(host.memory_mb for host in hosts),
            sum(host.disk_gb for host in hosts),
            Load(used, sum(one.load.workload for one in shown)),
        )

    def _shown(
        self,
        tx: Transaction,
        found: Sequence[Hypervisor],
        loaded: bool,
        with_servers: bool,
    ) -> Sequence[ShownHypervisor]:
        now = tx.now()
        used = tx.hosts.usage() if loaded else {}
        workload = tx.hypervisors.workload() if loaded else {}
        servers = tx.hypervisors.servers() if with_servers else {}
        return [
            ShownHypervisor(
                hypervisor,
                hypervisor.host.is_up(now, self._host_down_after),
                Load(used.get(name, Usage()), workload.get(name, 0)),
                servers.get(name, ()) if with_servers else None,
            )
            for hypervisor in found
            for name in (hypervisor.host.name,)
        ]


def _named(tx: Transaction, part: str | None) -> Sequence[Hypervisor]:
    found = tx.hypervisors.list()
    if part is None:
        return found
    found = [hypervisor for hypervisor in found if part in hypervisor.name]
    if not found:
        raise NotFound(f"No hypervisor matching '{part}' could be found.")
    return found


def _found(tx: Transaction, hypervisor_id: HypervisorId) -> Hypervisor:
    for hypervisor in tx.hypervisors.list():
        if hypervisor_id.names(hypervisor):
            return hypervisor
    raise NotFound(f"Hypervisor with ID '{hypervisor_id.text}' could not be found.")


def _position(found: Sequence[Hypervisor], marker: str) -> int:
    for position, hypervisor in enumerate(found):
        if marker in (str(hypervisor.number), hypervisor.uuid):
            return position
    raise MarkerNotFound(marker)
