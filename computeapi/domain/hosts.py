"""A host: where guests run, and how much of it is left."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

#: The types of the hypervisors whose guests migrate while they run. libvirt's embedded driver has
#: no daemon, so that no other host can reach it.
LIVE_MIGRATING = frozenset({"fake"})
#: The status of a host that shows no sign of life.
HOST_UNKNOWN = "UNKNOWN"


@dataclass(slots=True)
class Host:
    """A host as its worker last reported it. The order of the fields is that of the columns.

    :ivar availability_zone: the zone of the aggregates that the host is in; None stands for the
        default zone. It changes with the aggregates, in one transaction.
    :ivar enabled: whether the host gets new servers; administrators decide that.
    :ivar seen_at: the worker's last sign of life, by the database's clock.
    :ivar forced_down: whether an administrator, or the administrator's monitoring, declared the
        host to be down.
    """

    name: str
    availability_zone: str | None
    hypervisor_hostname: str
    hypervisor_type: str
    hypervisor_version: int
    vcpus: int
    memory_mb: int
    disk_gb: int
    enabled: bool
    started_at: datetime
    seen_at: datetime
    forced_down: bool = False

    def is_alive(self, now: datetime, down_after: float) -> bool:
        """Return whether the host's worker showed itself within ``down_after`` seconds."""
        return now - self.seen_at <= timedelta(seconds=down_after)

    def is_up(self, now: datetime, down_after: float) -> bool:
        """Return whether the host's worker is alive, and the host was not forced down."""
        return not self.forced_down and self.is_alive(now, down_after)

    def status(self, now: datetime, down_after: float) -> str:
        """Return the status of the host as its servers show it (API reference, ``host_status``)."""
        if self.forced_down:
            return "DOWN"
        if not self.enabled:
            return "MAINTENANCE"
        return "UP" if self.is_alive(now, down_after) else HOST_UNKNOWN

    def zone(self, default: str) -> str:
        """Return the host's availability zone.

        :param default: the zone of hosts that are in no aggregate with a zone.
        """
        return self.availability_zone or default


@dataclass(frozen=True, slots=True)
class HostSettings:
    """The configuration's part of the state and the zone of hosts.

    :ivar down_after: seconds without a sign of life after which a host counts as down.
    :ivar default_zone: the zone of hosts that are in no aggregate with a zone.
    """

    down_after: float
    default_zone: str

    def is_up(self, host: Host, now: datetime) -> bool:
        """Return whether a host is up."""
        return host.is_up(now, self.down_after)

    def zone(self, host: Host) -> str:
        """Return the availability zone of a host."""
        return host.zone(self.default_zone)


@dataclass(frozen=True, slots=True)
class HostDetails:
    """Facts of a host that administrators read. The order of the fields is that of the columns.

    :ivar host_ip: the address by which other hosts reach this one.
    :ivar cpu_info: the processors, as the API shows them; None when they are not known.
    :ivar uptime: the time since the host started and its load, as ``uptime`` prints them.
    """

    host_ip: str | None = None
    cpu_info: Mapping[str, object] | None = None
    uptime: str | None = None


#: The details of a host that reports none.
NO_DETAILS = HostDetails()


@dataclass(frozen=True, slots=True)
class Usage:
    """The resources that the live servers of a host, or of a project, use together."""

    instances: int = 0
    vcpus: int = 0
    memory_mb: int = 0
    disk_gb: int = 0

    @classmethod
    def of(
        cls, vcpus: int, memory_mb: int, root_gb: int, ephemeral_gb: int, swap_mb: int
    ) -> "Usage":
        """Return the resources of one server; its root, ephemeral and swap disks each count.

        :param memory_mb: MiB, as ``swap_mb``; the other sizes are GiB.
        """
        return cls(1, vcpus, memory_mb, root_gb + ephemeral_gb + math.ceil(swap_mb / 1024))

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.instances + other.instances,
            self.vcpus + other.vcpus,
            self.memory_mb + other.memory_mb,
            self.disk_gb + other.disk_gb,
        )

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(
            self.instances - other.instances,
            self.vcpus - other.vcpus,
            self.memory_mb - other.memory_mb,
            self.disk_gb - other.disk_gb,
        )

    def times(self, count: int) -> "Usage":
        """Return the usage of ``count`` times as much."""
        return Usage(
            self.instances * count,
            self.vcpus * count,
            self.memory_mb * count,
            self.disk_gb * count,
        )


@dataclass(frozen=True, slots=True)
class Ratios:
    """How often each resource of a host may be promised."""

    vcpus: float = 4.0
    memory: float = 1.0
    disk: float = 1.0


#: The resources of a host, as the reason for "No valid host" names them.
VCPUS, MEMORY, DISK = "vCPUs", "memory", "disk"
#: States of a host in which it gets no servers.
DISABLED, DOWN = "disabled", "down"
#: Rules of a request by which a host gets no servers.
BY_GROUP, BY_HINTS = "excluded by the server group", "excluded by scheduler hints"
#: All that keeps a host from getting servers, beside a lack of resources.
EXCLUDING = (DISABLED, DOWN, BY_GROUP, BY_HINTS)


def shortages(host: Host, used: Usage, wanted: Usage, ratios: Ratios) -> tuple[str, ...]:
    """Return the resources of which a host has less left than ``wanted``."""
    lacking = {
        VCPUS: used.vcpus + wanted.vcpus > host.vcpus * ratios.vcpus or wanted.vcpus > host.vcpus,
        MEMORY: used.memory_mb + wanted.memory_mb > host.memory_mb * ratios.memory,
        DISK: used.disk_gb + wanted.disk_gb > host.disk_gb * ratios.disk,
    }
    return tuple(resource for resource, is_short in lacking.items() if is_short)


def fits(host: Host, used: Usage, wanted: Usage, ratios: Ratios) -> bool:
    """Return whether ``wanted`` fits on a host beside the servers that it already carries."""
    return not shortages(host, used, wanted, ratios)


def choose(
    candidates: Iterable[tuple[Host, Usage]],
    wanted: Usage,
    ratios: Ratios,
    preference: Callable[[str], int] = lambda _name: 0,
) -> Host | None:
    """Choose the host with the most free memory on which ``wanted`` fits, or None.

    :param preference: how much rather than others a host is to be chosen, by its name; this comes
        before its memory.
    """

    def rank(candidate: tuple[Host, Usage]) -> tuple[int, float, str]:
        host, used = candidate
        return preference(host.name), host.memory_mb * ratios.memory - used.memory_mb, host.name

    fitting = [(h, u) for h, u in candidates if fits(h, u, wanted, ratios)]
    return max(fitting, key=rank)[0] if fitting else None


def no_valid_host(reasons: Collection[Collection[str]], wanted: Usage) -> str:
    """Return the sentence that says why no host takes a server.

    It says which resource is short on how many hosts; neither names of hosts nor how much they
    have left, which a project is not to know.

    :param reasons: for each host of those that the request allows: a state or a rule among
        :data:`EXCLUDING`, or the resources it is short of.
    :param wanted: by one server.
    """
    counts = Counter(reason for of_host in reasons for reason in of_host)
    amounts = {
        VCPUS: f"{wanted.vcpus} wanted",
        MEMORY: f"{wanted.memory_mb} MiB wanted",
        DISK: f"{wanted.disk_gb} GiB wanted",
    }
    parts = [f"{counts[s]} {_are(counts[s])} {s}" for s in EXCLUDING if counts[s]]
    parts += [
        f"{counts[resource]} {_lack(counts[resource])} {resource} ({amount})"
        for resource, amount in amounts.items()
        if counts[resource]
    ]
    if not parts:
        return "No valid host was found. There is no host to choose from."
    total = len(reasons)
    return f"No valid host was found. Of {total} host{'s'[: total > 1]}, {_listed(parts)}."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _lack(count: int) -> str:
    return "lacks" if count == 1 else "lack"


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
