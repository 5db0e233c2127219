"""The operations on availability zones."""

from collections.abc import Sequence
from dataclasses import dataclass

from computeapi.domain.context import Context
from computeapi.domain.hosts import Host, HostSettings
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy


@dataclass(frozen=True, slots=True)
class AvailabilityZone:
    """A zone and its hosts, each with whether it is up.

    :ivar available: whether at least one host is enabled.
    """

    name: str
    available: bool
    hosts: Sequence[tuple[Host, bool]]


class AvailabilityZones:
    """List availability zones."""

    def __init__(self, db: Database, policy: Policy, settings: HostSettings) -> None:
        self._db = db
        self._policy = policy
        self._settings = settings

    def list(self, context: Context, detailed: bool = False) -> Sequence[AvailabilityZone]:
        """Return the zones by name.

        :param detailed: with their hosts, which is for administrators.
        :raises Forbidden: when the caller may not.
        """
        action = "detail" if detailed else "list"
        self._policy.authorize(context, f"os_compute_api:os-availability-zone:{action}")
        with self._db.read() as tx:
            hosts, now = tx.hosts.list(), tx.now()
        zones: dict[str, list[tuple[Host, bool]]] = {}
        for host in hosts:
            up = self._settings.is_up(host, now)
            zones.setdefault(self._settings.zone(host), []).append((host, up))
        return [
            AvailabilityZone(name, any(host.enabled for host, _ in members), members)
            for name, members in sorted(zones.items())
        ]
