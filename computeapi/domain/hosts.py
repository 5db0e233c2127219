"""A host: where guests run, and how much of it is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class Host:
    """A host as its worker last reported it. The order of the fields is that of the columns.

    :ivar seen_at: the worker's last sign of life, by the database's clock.
    """

    name: str
    availability_zone: str
    hypervisor_hostname: str
    hypervisor_type: str
    hypervisor_version: int
    vcpus: int
    memory_mb: int
    disk_gb: int
    enabled: bool
    started_at: datetime
    seen_at: datetime

    def is_up(self, now: datetime, down_after: float) -> bool:
        """Tell whether the host's worker showed itself within ``down_after`` seconds."""
        return now - self.seen_at <= timedelta(seconds=down_after)


@dataclass(frozen=True, slots=True)
class Usage:
    """What the live servers of a host, or of a project, take together."""

    instances: int = 0
    vcpus: int = 0
    memory_mb: int = 0
    disk_gb: int = 0


@dataclass(frozen=True, slots=True)
class Ratios:
    """How often each resource of a host may be promised."""

    vcpus: float = 4.0
    memory: float = 1.0
    disk: float = 1.0


def fits(host: Host, used: Usage, wanted: Usage, ratios: Ratios) -> bool:
    """Tell whether ``wanted`` fits on a host beside what it already carries."""
    return (
        used.vcpus + wanted.vcpus <= host.vcpus * ratios.vcpus
        and used.memory_mb + wanted.memory_mb <= host.memory_mb * ratios.memory
        and used.disk_gb + wanted.disk_gb <= host.disk_gb * ratios.disk
        and wanted.vcpus <= host.vcpus
    )


def choose(candidates: Iterable[tuple[Host, Usage]], wanted: Usage, ratios: Ratios) -> Host | None:
    """Choose the host with the most free memory on which ``wanted`` fits, or None."""
    fitting = [(h, u) for h, u in candidates if fits(h, u, wanted, ratios)]
    if not fitting:
        return None
    return max(
        fitting, key=lambda hu: (hu[0].memory_mb * ratios.memory - hu[1].memory_mb, hu[0].name)
    )[0]
