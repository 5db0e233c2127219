"""A server's claim on the capacity of a host."""

from dataclasses import dataclass

from computeapi.domain.hosts import Usage


@dataclass(frozen=True, slots=True)
class Claim:
    """The resources that a server claims on a host. The order of the fields is that of the columns.

    A server that moves has a claim on two hosts. A claim on a host also means that something of the
    server's may be there: a delete goes to each of these hosts.
    """

    server_id: str
    host: str
    vcpus: int
    memory_mb: int
    disk_gb: int

    @property
    def usage(self) -> Usage:
        """The resources that the claim counts."""
        return Usage(1, self.vcpus, self.memory_mb, self.disk_gb)

    @classmethod
    def of(cls, server_id: str, host: str, usage: Usage) -> "Claim":
        """Return the claim of a server that takes ``usage``."""
        return cls(server_id, host, usage.vcpus, usage.memory_mb, usage.disk_gb)
