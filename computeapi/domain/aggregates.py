"""An aggregate: a group of hosts with metadata. Availability zones are made of aggregates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: The key of an aggregate's metadata that names the availability zone of its hosts.
ZONE_KEY = "availability_zone"


@dataclass(slots=True)
class Aggregate:
    """A group of hosts. The order of the fields, but ``hosts``, is that of the columns.

    :ivar id: None until it is kept.
    :ivar hosts: names, in alphabetical order.
    """

    id: int | None
    uuid: str
    name: str
    metadata: dict[str, str]
    created_at: datetime
    updated_at: datetime | None = None
    hosts: list[str] = field(default_factory=list)

    @property
    def availability_zone(self) -> str | None:
        """The zone that the aggregate's hosts are in; None when it says nothing of zones."""
        return self.metadata.get(ZONE_KEY)


@dataclass(frozen=True, slots=True)
class AggregateChange:
    """A new name, a new zone, or both ("Update Aggregate"); None changes nothing.

    :ivar removes_zone: whether the zone is taken away.
    """

    name: str | None = None
    availability_zone: str | None = None
    removes_zone: bool = False


def zones(aggregates: Iterable[Aggregate]) -> dict[str, set[str]]:
    """Return the availability zones that aggregates give to each host."""
    found: dict[str, set[str]] = {}
    for aggregate in aggregates:
        if aggregate.availability_zone:
            for host in aggregate.hosts:
                found.setdefault(host, set()).add(aggregate.availability_zone)
    return found


def changed_metadata(
    metadata: Mapping[str, str], changes: Mapping[str, str | None]
) -> dict[str, str]:
    """Return metadata after a change ("Create Or Update Aggregate Metadata").

    :param changes: new values; None removes a key.
    """
    merged = {**metadata, **changes}
    return {key: value for key, value in merged.items() if value is not None}
