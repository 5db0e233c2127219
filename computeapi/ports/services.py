"""The repository of the hosts' compute services."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.services import Service


class ServiceRepository(Protocol):
    """Compute services, one a host."""

    __slots__ = ()

    def list(self) -> Sequence[Service]:
        """Return all services by their number."""

    def save(self, service: Service) -> None:
        """Keep the decisions of administrators: enabled or not, the reason, and forced down."""
