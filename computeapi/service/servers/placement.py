"""Which host a new server gets, and the reason when there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from computeapi.domain.errors import Error, Invalid
from computeapi.domain.host_rules import HostRules
from computeapi.domain.hosts import (
    DISABLED,
    DOWN,
    Host,
    Ratios,
    Usage,
    choose,
    fits,
    no_valid_host,
    shortages,
)
from computeapi.domain.servers import Fault, Server
from computeapi.ports.database import Transaction


@dataclass(frozen=True, slots=True)
class SchedulingOptions:
    """How servers are placed.

    :ivar default_zone: the availability zone of hosts that are in no aggregate with a zone, and of
        a server that asks for none and finds no host.
    :ivar host_down_after: seconds without a sign of life after which a host counts as down.
    """

    ratios: Ratios = field(default_factory=Ratios)
    default_zone: str = "nova"
    host_down_after: float = 60.0


@dataclass(frozen=True, slots=True)
class Destination:
    """The zone and the host that a request names for its servers.

    :ivar zone: an availability zone; None allows every one.
    :ivar host: the name of a host, which only administrators give; None allows every one.
    :ivar hypervisor_hostname: the name of a host as its hypervisor knows it, as ``host``.
    """

    zone: str | None = None
    host: str | None = None
    hypervisor_hostname: str | None = None

    def names(self, host: Host) -> bool:
        """Return whether a host is among those that the request allows, in whichever zone."""
        return self.host in (None, host.name) and self.hypervisor_hostname in (
            None,
            host.hypervisor_hostname,
        )


class NotPlaced(Exception):
    """No host was found among those that were ranked: count them all."""


class NoValidHost(Error):
    """No host takes the server; the message says why."""


class Placement(Protocol):
    """Places the servers of one request."""

    now: datetime

    def find(self, server: Server) -> Host:
        """Return the host that a server gets, and count the server there from now on.

        :raises NotPlaced: when another kind of placement has to find out whether there is one.
        :raises NoValidHost: when there is none; it says why.
        """

    def place(self, server: Server) -> None:
        """Give a server a host, or put it into ERROR with a fault that says why there is none.

        :raises NotPlaced: when another kind of placement has to find that out.
        """

    def note(self) -> None:
        """Note the usage of the hosts that got servers."""


class RankedPlacement(Placement):
    """Ranks the hosts by their noted usage, then locks the best one and counts its servers.

    The cost is that of one host, whatever the size of the cloud. What was noted may be old: a host
    that has less room than that, or that went down, is passed over for the next one.

    :param rules: the hosts that are allowed and preferred, beside the destination.
    :raises NotPlaced: when the destination is unknown.
    """

    def __init__(
        self,
        destination: Destination,
        tx: Transaction,
        options: SchedulingOptions,
        rules: HostRules | None = None,
    ) -> None:
        self._tx = tx
        self._options = options
        self._destination = destination
        self._rules = rules or HostRules()
        self.now = tx.now()
        self._candidates = {
            host.name: (host, usage)
            for host, usage in tx.hosts.with_usage()
            if self._is_ready(host)
        }
        self._counted: set[str] = set()
        self._holds_one = False

    def place(self, server: Server) -> None:
        put(server, self.find(server), self._options)

    def find(self, server: Server) -> Host:
        wanted, ratios = server.usage, self._options.ratios
        while (best := self._best(wanted)) is not None:
            host = best if best.name in self._counted else self._count(best.name)
            if host is None:
                continue
            used = self._candidates[host.name][1]
            if fits(host, used, wanted, ratios):
                self._candidates[host.name] = (host, used + wanted)
                self._rules.note(host.name)
                return host
        raise NotPlaced

    def _best(self, wanted: Usage) -> Host | None:
        """Return the best host by the known usage of all of them, or None."""
        candidates = (
            candidate
            for name, candidate in self._candidates.items()
            if self._rules.refusal(name) is None
        )
        return choose(candidates, wanted, self._options.ratios, self._rules.preference)

    def note(self) -> None:
        for name in self._counted & self._candidates.keys():
            self._tx.hosts.note_usage(name, self._candidates[name][1])

    def _count(self, name: str) -> Host | None:
        """Lock a host and count its servers; return None when it is not to be had."""
        # Two requests that each held a host and waited for the other's would never end.
        host = self._tx.hosts.lock(name, wait=not self._holds_one)
        self._holds_one = self._holds_one or host is not None
        if host is None or not self._is_ready(host):
            del self._candidates[name]
            return None
        self._candidates[name] = (host, self._tx.hosts.usage_of(name))
        self._counted.add(name)
        return host

    def _is_ready(self, host: Host) -> bool:
        return (
            not unready(host, self.now, self._options)
            and self._destination.zone in (None, host.zone(self._options.default_zone))
            and self._destination.names(host)
        )


class CountedPlacement(Placement):
    """Counts the servers of all hosts, which stay locked until the transaction ends.

    :param rules: the hosts that are allowed and preferred, beside the destination.
    :raises Invalid: when there is no such availability zone or host.
    """

    def __init__(
        self,
        destination: Destination,
        tx: Transaction,
        options: SchedulingOptions,
        rules: HostRules | None = None,
    ) -> None:
        self._tx = tx
        self._options = options
        self._rules = rules or HostRules()
        self._zone = destination.zone
        hosts = tx.hosts.list(lock=True)
        _check_destination(hosts, destination, options.default_zone)
        self._usage = dict(tx.hosts.usage())
        self.now = tx.now()
        self._allowed = [
            h
            for h in hosts
            if destination.zone in (None, h.zone(options.default_zone)) and destination.names(h)
        ]

    def place(self, server: Server) -> None:
        try:
            host = self.find(server)
        except NoValidHost as error:
            server.availability_zone = self._zone or self._options.default_zone
            server.fail(Fault(500, error.message, self.now))
        else:
            put(server, host, self._options)

    def find(self, server: Server) -> Host:
        wanted = server.usage
        ready = [h for h in self._allowed if not self._state(h)]
        candidates = [(h, self._used(h)) for h in ready]
        host = choose(candidates, wanted, self._options.ratios, self._rules.preference)
        if host is None:
            reasons = [self._state(h) or self._shortages(h, wanted) for h in self._allowed]
            raise NoValidHost(no_valid_host(reasons, wanted))
        self._rules.note(host.name)
        self._usage[host.name] = self._used(host) + wanted
        return host

    def note(self) -> None:
        for host in self._allowed:
            self._tx.hosts.note_usage(host.name, self._used(host))

    def _used(self, host: Host) -> Usage:
        return self._usage.get(host.name, Usage())

    def _state(self, host: Host) -> tuple[str, ...]:
        """Return the state or the rule for which a host gets no server; empty when it may."""
        refusal = self._rules.refusal(host.name)
        return unready(host, self.now, self._options) or ((refusal,) if refusal else ())

    def _shortages(self, host: Host, wanted: Usage) -> tuple[str, ...]:
        return shortages(host, self._used(host), wanted, self._options.ratios)


def put(server: Server, host: Host, options: SchedulingOptions) -> None:
    """Put a server on a host."""
    server.host, server.availability_zone = host.name, host.zone(options.default_zone)


def unready(host: Host, now: datetime, options: SchedulingOptions) -> tuple[str, ...]:
    """Return the states in which a host gets no servers: of those, the ones it is in."""
    if not host.enabled:
        return (DISABLED,)
    return () if host.is_up(now, options.host_down_after) else (DOWN,)


def _check_destination(hosts: Sequence[Host], destination: Destination, default_zone: str) -> None:
    zone = destination.zone
    if zone is not None and not any(h.zone(default_zone) == zone for h in hosts):
        raise Invalid("The requested availability zone is not available")
    if not any(map(destination.names, hosts)):
        name = destination.host or destination.hypervisor_hostname
        if name is not None:
            raise Invalid(f"Compute host {name} could not be found.")
