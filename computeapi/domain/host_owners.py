"""The worker that a host belongs to: its guests are in one state folder, and in no other."""

from dataclasses import dataclass
from datetime import datetime

from computeapi.domain.errors import Conflict
from computeapi.domain.hosts import Host


@dataclass(frozen=True, slots=True)
class HostOwner:
    """The owner of a host.

    :ivar folder: id of the worker's state folder, kept in the folder.
    :ivar place: where that folder is: a copy is in another place. Empty when no worker runs.
    :ivar worker: id of the process, new at every start. Empty when no worker runs.
    """

    folder: str
    place: str = ""
    worker: str = ""

    def stopped(self) -> "HostOwner":
        """Return the owner as it is when its worker has stopped in good order."""
        return HostOwner(self.folder)


def check_owner(
    host: Host, known: HostOwner | None, mine: HostOwner, now: datetime, down_after: float
) -> None:
    """Refuse a worker that would take a host from another one.

    A worker that was killed may be followed at once by another one of the same folder: the lock
    in that folder is free, or the new worker would not be here.

    :param host: as it was last reported.
    :param known: its owner so far; None when it has none.
    :param down_after: seconds without a sign of life after which a host counts as down.
    :raises Conflict: when the host belongs to another state folder, or when a worker runs with a
        copy of this one.
    """
    if known is None:
        return
    if known.folder != mine.folder:
        raise Conflict(
            f"Host {host.name} belongs to the worker of another state folder, which showed itself "
            f"last at {host.seen_at:%Y-%m-%d %H:%M:%S} UTC. Give this worker another name "
            "([DEFAULT] host). To replace that state folder by this one, for good, stop that "
            f"worker and run 'computeapi-manage host release {host.name}'."
        )
    if known.worker and known.place != mine.place and host.is_alive(now, down_after):
        age = (now - host.seen_at).total_seconds()
        raise Conflict(
            f"Another worker of host {host.name} runs with a copy of this state folder: it showed "
            f"itself {age:.0f} seconds ago. Stop it, or give one of the two a state folder and a "
            f"name of its own. If it died, this one may start {down_after:.0f} seconds after that."
        )


def check_release(host: Host, known: HostOwner | None, now: datetime, down_after: float) -> None:
    """Refuse to take a host away from a worker that runs.

    :raises Conflict: when the host has no owner, or its worker showed itself lately.
    """
    if known is None:
        raise Conflict(f"Host {host.name} belongs to no state folder.")
    if known.worker and host.is_alive(now, down_after):
        age = (now - host.seen_at).total_seconds()
        raise Conflict(
            f"The worker of host {host.name} showed itself {age:.0f} seconds ago. Stop it first; "
            f"if it died, its host can be released {down_after:.0f} seconds after that."
        )
