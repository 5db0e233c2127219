"""How long servers were used, and how large they were."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from computeapi.domain.servers import Server

_HOUR = 3600.0  # seconds
#: The state of a server that is deleted.
TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class UsagePeriod:
    """A time in which a server had one size. The order of the fields is that of the columns.

    The periods of a server follow each other from its first launch to its delete, whatever host it
    is on, and whether it runs or not.

    :ivar id: None until it is kept.
    :ivar flavor_name: as it was when the period began.
    :ivar disk_gb: root and ephemeral disk by the flavor.
    :ivar ended_at: None while it lasts.
    """

    id: int | None
    server_id: str
    project_id: str
    flavor_name: str
    vcpus: int
    memory_mb: int
    disk_gb: int
    began_at: datetime
    ended_at: datetime | None

    def has_size_of(self, server: Server) -> bool:
        """Return whether the server has the size that it had in this period."""
        return (self.vcpus, self.memory_mb, self.disk_gb) == size_of(server)

    def hours(self, start: datetime, stop: datetime) -> float:
        """Return how many hours of the period are between two moments."""
        began = max(self.began_at, start)
        ended = stop if self.ended_at is None else min(self.ended_at, stop)
        return max(0.0, (ended - began).total_seconds() / _HOUR)


def size_of(server: Server) -> tuple[int, int, int]:
    """Return the processors, the memory (MiB) and the disks (GiB) of a server, by its flavor."""
    return server.vcpus, server.memory_mb, server.disk_gb + server.ephemeral_gb


@dataclass(frozen=True, slots=True)
class UsageWindow:
    """The window of time whose use is shown.

    :ivar now: the moment of the request: no use is counted after it.
    """

    start: datetime
    stop: datetime
    now: datetime

    def hours(self, period: UsagePeriod) -> float:
        """Return how many hours of a period are in the window."""
        return period.hours(self.start, min(self.stop, self.now))


@dataclass(frozen=True, slots=True)
class ServerUsage:
    """The use of one server within a window of time.

    :ivar state: the server's ``vm_state``, or :data:`TERMINATED`.
    :ivar periods: those that reach into the window, oldest first; at least one.
    """

    server_id: str
    name: str
    project_id: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    periods: tuple[UsagePeriod, ...]

    @property
    def latest(self) -> UsagePeriod:
        """The last period: the size that the server has, or had in the end."""
        return self.periods[-1]

    def hours(self, window: UsageWindow) -> float:
        """Return how many hours of the server's use are in a window."""
        return sum((window.hours(period) for period in self.periods), 0.0)

    def uptime(self, now: datetime) -> int:
        """Return the seconds from the server's launch to its delete, or until now."""
        return max(0, int(((self.ended_at or now) - self.started_at).total_seconds()))


@dataclass(frozen=True, slots=True)
class ProjectUsage:
    """The use of the servers of a project within a window of time."""

    project_id: str
    window: UsageWindow
    servers: tuple[ServerUsage, ...]

    @property
    def hours(self) -> float:
        """The hours of all servers together."""
        return self._total(lambda _period: 1)

    @property
    def vcpu_hours(self) -> float:
        """The hours of all processors together."""
        return self._total(lambda period: period.vcpus)

    @property
    def memory_mb_hours(self) -> float:
        """The hours of all MiB of memory together."""
        return self._total(lambda period: period.memory_mb)

    @property
    def disk_gb_hours(self) -> float:
        """The hours of all GiB of disks together."""
        return self._total(lambda period: period.disk_gb)

    def _total(self, amount: Callable[[UsagePeriod], int]) -> float:
        periods = (period for server in self.servers for period in server.periods)
        return sum((amount(period) * self.window.hours(period) for period in periods), 0.0)


@dataclass(frozen=True, slots=True)
class UsagePage:
    """The use of servers, by project.

    :ivar marker: the id of the last server of the page, when there are more servers.
    """

    projects: tuple[ProjectUsage, ...]
    marker: str | None

    @classmethod
    def of(cls, window: UsageWindow, servers: Sequence[ServerUsage], more: bool) -> "UsagePage":
        """Return the page of servers that are in the order of their projects."""
        groups = groupby(servers, key=lambda server: server.project_id)
        projects = tuple(ProjectUsage(name, window, tuple(group)) for name, group in groups)
        return cls(projects, servers[-1].server_id if more and servers else None)


@dataclass(frozen=True, slots=True)
class UsageAudit:
    """How many servers each host had in a month.

    :ivar beginning: of the month. :ivar ending: the beginning of the next one.
    :ivar servers: by the name of a host.
    """

    beginning: datetime
    ending: datetime
    servers: Mapping[str, int]


class AuditPeriod(StrEnum):
    """The length of the periods whose use of servers is reported."""

    NONE = "none"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def last(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Return the beginning and the end of the last period that is over; None for no period."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        day = hour.replace(hour=0)
        year = day.replace(month=1, day=1)
        if self == AuditPeriod.HOUR:
            return hour - timedelta(hours=1), hour
        if self == AuditPeriod.DAY:
            return day - timedelta(days=1), day
        if self == AuditPeriod.MONTH:
            return last_month(now)
        if self == AuditPeriod.YEAR:
            return year.replace(year=year.year - 1), year
        return None


def last_month(before: datetime) -> tuple[datetime, datetime]:
    """Return the beginning and the end of the last month that was over at a moment."""
    ending = before.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if ending == datetime.min:
        return ending, ending
    return (ending - timedelta(days=1)).replace(day=1), ending
