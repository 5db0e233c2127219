"""The repository of hypervisors."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from computeapi.domain.hypervisors import Hypervisor


class HypervisorRepository(Protocol):
    """Hypervisors, one a host."""

    __slots__ = ()

    def list(self) -> Sequence[Hypervisor]:
        """Return all hypervisors by their number."""

    def workload(self) -> Mapping[str, int]:
        """Count the servers of each host that have an operation under way."""

    def servers(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return id and name of the servers of each host, oldest first."""
