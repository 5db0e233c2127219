"""Which host a new server gets, and the reason when there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from computeapi.domain.errors import Invalid
from computeapi.domain.hosts import (
    DISABLED,
    DOWN,
    Host,
    Ratios,
    Usage,
    choose,
    no_valid_host,
    shortages,
)
from computeapi.domain.servers import Fault, Server
from computeapi.ports.database import Transaction


@dataclass(frozen=True, slots=True)
class Placing:
    """How servers are placed.

    :ivar default_zone: the availability zone of a server that asks for none and finds no host.
    :ivar host_down_after: seconds without a sign of life after which a host counts as down.
    :ivar password_length: of the administrator passwords that are made up.
    """

    ratios: Ratios = field(default_factory=Ratios)
    default_zone: str = "nova"
    host_down_after: float = 60.0
    password_length: int = 12


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request wants its servers.

    :ivar zone: an availability zone; None allows every one.
    :ivar host: the name of a host, which only administrators give; None allows every one.
    """

    zone: str | None = None
    host: str | None = None


class Placement:
    """Places the servers of one request; the hosts stay locked until the transaction ends.

    :raises Invalid: when there is no such availability zone or host.
    """

    def __init__(self, tx: Transaction, placing: Placing, destination: Destination) -> None:
        self._placing = placing
        self._zone = destination.zone
        hosts = tx.hosts.list(lock=True)
        _check_destination(hosts, destination)
        self._usage = dict(tx.hosts.usage())
        self._now = tx.now()
        self._allowed = [
            h
            for h in hosts
            if destination.zone in (None, h.availability_zone)
            and destination.host in (None, h.name)
        ]

    def place(self, server: Server, wanted: Usage) -> None:
        """Give a server a host, or put it into ERROR with a fault that says why there is none.

        :param wanted: by this server.
        """
        ready = [h for h in self._allowed if not self._state(h)]
        host = choose([(h, self._used(h)) for h in ready], wanted, self._placing.ratios)
        if host is not None:
            server.host, server.availability_zone = host.name, host.availability_zone
            self._usage[host.name] = self._used(host) + wanted
            return
        server.availability_zone = self._zone or self._placing.default_zone
        reasons = [self._state(h) or self._shortages(h, wanted) for h in self._allowed]
        server.fail(Fault(500, no_valid_host(reasons, wanted), self._now))

    @property
    def now(self) -> datetime:
        """The database's clock when the hosts were locked."""
        return self._now

    def _used(self, host: Host) -> Usage:
        return self._usage.get(host.name, Usage())

    def _state(self, host: Host) -> tuple[str, ...]:
        """Return the states in which a host gets no servers: of those, the ones it is in."""
        if not host.enabled:
            return (DISABLED,)
        return () if host.is_up(self._now, self._placing.host_down_after) else (DOWN,)

    def _shortages(self, host: Host, wanted: Usage) -> tuple[str, ...]:
        return shortages(host, self._used(host), wanted, self._placing.ratios)


def _check_destination(hosts: Sequence[Host], destination: Destination) -> None:
    zone, name = destination.zone, destination.host
    if zone is not None and not any(h.availability_zone == zone for h in hosts):
        raise Invalid("The requested availability zone is not available")
    if name is not None and not any(h.name == name for h in hosts):
        raise Invalid(f"Compute host {name} could not be found.")
