"""The hypervisor of a host, with the resources that its servers take."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from computeapi.domain.hosts import Host, HostDetails, Usage
from computeapi.domain.services import Service


@dataclass(frozen=True, slots=True)
class Hypervisor:
    """A hypervisor as its host's worker last reported it.

    :ivar uuid: its id since 2.53; until then its id is the number of its service.
    """

    uuid: str
    service: Service
    details: HostDetails

    @property
    def number(self) -> int:
        """The id until 2.52."""
        return self.service.number

    @property
    def host(self) -> Host:
        """The host that it runs on."""
        return self.service.host

    @property
    def name(self) -> str:
        """The name by which the hypervisor knows itself."""
        return self.host.hypervisor_hostname


@dataclass(frozen=True, slots=True)
class HypervisorId:
    """The id of a hypervisor as a caller writes it.

    :ivar number: the number that the text is, if numbers are ids.
    :ivar uuid: the UUID that the text is, if UUIDs are ids.
    """

    text: str
    number: int | None = None
    uuid: str | None = None

    def names(self, hypervisor: Hypervisor) -> bool:
        """Return whether it is the id of a hypervisor."""
        return self.uuid == hypervisor.uuid or self.number == hypervisor.number


@dataclass(frozen=True, slots=True)
class Load:
    """The resources that the servers of a hypervisor take.

    :ivar workload: the servers with an operation under way.
    """

    used: Usage = field(default_factory=Usage)
    workload: int = 0


@dataclass(frozen=True, slots=True)
class ShownHypervisor:
    """A hypervisor with all that a request asks of it.

    :ivar up: whether its host counts as up.
    :ivar load: empty when the request did not ask for it.
    :ivar servers: id and name of each; None when the request did not ask for them.
    """

    hypervisor: Hypervisor
    up: bool
    load: Load = field(default_factory=Load)
    servers: Sequence[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class HypervisorFilters:
    """Which hypervisors a list shows.

    :ivar hostname_part: a part of the hypervisor's name.
    """

    hostname_part: str | None = None
    with_servers: bool = False


@dataclass(frozen=True, slots=True)
class Statistics:
    """The sums over all hypervisors whose hosts are enabled."""

    count: int
    vcpus: int
    memory_mb: int
    disk_gb: int
    load: Load
