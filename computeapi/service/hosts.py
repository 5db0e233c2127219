"""The operations on hosts, which the API shows until 2.42."""

from collections.abc import Sequence
from dataclasses import dataclass

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound, NotSupported
from computeapi.domain.hosts import Host, HostSettings, Usage
from computeapi.policies import hosts as rules
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy


@dataclass(frozen=True, slots=True)
class HostResources:
    """A host with the resources that its servers take, in all and by project."""

    host: Host
    used: Usage
    by_project: Sequence[tuple[str, Usage]]


class Hosts:
    """List and show hosts."""

    def __init__(self, db: Database, policy: Policy, settings: HostSettings) -> None:
        self._db = db
        self._policy = policy
        self._settings = settings

    def list(self, context: Context, zone: str | None = None) -> Sequence[tuple[str, str]]:
        """Return name and zone of the hosts, by name.

        :param zone: only hosts of this zone.
        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.LIST)
        with self._db.read() as tx:
            hosts = tx.hosts.list()
        named = [(host.name, self._settings.zone(host)) for host in hosts]
        return [(name, its) for name, its in named if zone in (None, "", its)]

    def get(self, context: Context, name: str) -> HostResources:
        """Return a host with its resources.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        """
        self._policy.authorize(context, rules.SHOW)
        with self._db.read() as tx:
            host = tx.hosts.get(name)
            if host is None:
                raise _not_found(name)
            servers = tx.servers.on_host(name)
        by_project: dict[str, Usage] = {}
        for server in servers:
            so_far = by_project.get(server.project_id, Usage())
            by_project[server.project_id] = so_far + server.usage
        used = sum(by_project.values(), Usage())
        return HostResources(host, used, sorted(by_project.items()))

    def update(self, context: Context, name: str) -> None:
        """Refuse to change the state of a host: no hypervisor here can do it.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is no such host.
        :raises Invalid: when the host is down.
        :raises NotSupported: when the host is up.
        """
        self._refuse(context, name, rules.UPDATE)

    def reboot(self, context: Context, name: str) -> None:
        """Refuse to reboot a host; the errors are those of :meth:`update`."""
        self._refuse(context, name, rules.REBOOT)

    def shutdown(self, context: Context, name: str) -> None:
        """Refuse to shut a host down; the errors are those of :meth:`update`."""
        self._refuse(context, name, rules.SHUTDOWN)

    def startup(self, context: Context, name: str) -> None:
        """Refuse to start a host; the errors are those of :meth:`update`."""
        self._refuse(context, name, rules.START)

    def _refuse(self, context: Context, name: str, rule: str) -> None:
        self._policy.authorize(context, rule)
        with self._db.read() as tx:
            host, now = tx.hosts.get(name), tx.now()
        if host is None:
            raise _not_found(name)
        if not self._settings.is_up(host, now):
            raise Invalid(f"Compute service of {name} is unavailable at this time.")
        raise NotSupported("The hypervisor of this host cannot do that.")


def _not_found(name: str) -> NotFound:
    return NotFound(f"Host {name} could not be found.")
