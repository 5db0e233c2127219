"""The operations on compute services."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound
from computeapi.domain.hosts import HostSettings
from computeapi.domain.services import COMPUTE, Service, ServiceChange
from computeapi.policies import services as rules
from computeapi.ports.database import Database, Transaction
from computeapi.ports.policy import Policy


@dataclass(frozen=True, slots=True)
class ShownService:
    """A service with the facts that depend on the moment and the configuration.

    :ivar up: whether its host counts as up.
    """

    service: Service
    zone: str
    up: bool


class Services:
    """List, change and delete the compute services of hosts."""

    def __init__(self, db: Database, policy: Policy, settings: HostSettings) -> None:
        self._db = db
        self._policy = policy
        self._settings = settings

    def list(
        self, context: Context, host: str | None = None, binary: str | None = None
    ) -> Sequence[ShownService]:
        """Return the services by their number.

        :param host: only the service of this host.
        :param binary: only services of this program.
        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.LIST)
        with self._db.read() as tx:
            return [
                self._shown(tx, service)
                for service in tx.services.list()
                if host in (None, "", service.host.name) and binary in (None, "", COMPUTE)
            ]

    def update(self, context: Context, service_uuid: str, change: ServiceChange) -> ShownService:
        """Change a service.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        :raises Invalid: when the change does not say what to change.
        """
        self._policy.authorize(context, rules.UPDATE)
        if change.disabled_reason is not None and change.enabled is not False:
            raise Invalid("A disabled_reason needs the status 'disabled'.")
        if change.enabled is None and change.forced_down is None:
            raise Invalid("No updates were requested: status or forced_down is needed.")
        with self._db.write() as tx:
            tx.lock("services")
            service = _one(tx, lambda s: s.uuid == service_uuid, service_uuid)
            return self._shown(tx, _changed(tx, service, change))

    def update_by_host(
        self, context: Context, host: str, binary: str, change: ServiceChange
    ) -> Service:
        """Change the service of a host ("Enable Scheduling For A Compute Service", until 2.52).

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is no such host.
        :raises Invalid: when the service is not a compute service.
        """
        self._policy.authorize(context, rules.UPDATE)
        if binary != COMPUTE:
            raise Invalid(f"Only {COMPUTE} services can be changed, and this one is {binary}.")
        with self._db.write() as tx:
            tx.lock("services")
            found = next((s for s in tx.services.list() if s.host.name == host), None)
            if found is None:
                raise NotFound(f"Could not find binary {binary} on host {host}.")
            return _changed(tx, found, change)

    def delete(self, context: Context, service_id: int | str) -> None:
        """Remove a service with its host and its hypervisor, also from the aggregates.

        A worker that still runs on the host ends when it finds out.

        :param service_id: the number, or the UUID.
        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        :raises Conflict: when servers are on the host, or are moving there.
        """
        self._policy.authorize(context, rules.DELETE)
        with self._db.write() as tx:
            tx.lock("aggregates")
            service = _one(tx, lambda s: service_id in (s.number, s.uuid), service_id)
            name = service.host.name
            if tx.hosts.lock(name) is not None and tx.hosts.usage_of(name).instances:
                raise Conflict("The host of this service still has servers: delete or move them.")
            tx.hosts.remove(name)

    def _shown(self, tx: Transaction, service: Service) -> ShownService:
        host = service.host
        is_up = self._settings.is_up(host, tx.now())
        return ShownService(service, self._settings.zone(host), is_up)


def _one(tx: Transaction, is_it: Callable[[Service], bool], service_id: object) -> Service:
    service = next((s for s in tx.services.list() if is_it(s)), None)
    if service is None:
        raise NotFound(f"Service {service_id} could not be found.")
    return service


def _changed(tx: Transaction, service: Service, change: ServiceChange) -> Service:
    # A report of the worker may have come meanwhile: the lock makes the row the newest one.
    host = tx.hosts.lock(service.host.name)
    if host is None:
        raise NotFound(f"Service {service.uuid} could not be found.")
    if change.enabled is not None:
        host.enabled = change.enabled
        service = replace(service, disabled_reason=change.disabled_reason)
    if change.forced_down is not None:
        host.forced_down = change.forced_down
    service = replace(service, host=host)
    tx.services.save(service)
    return service
