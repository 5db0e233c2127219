"""The move of a server to another size, and perhaps to another host."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from computeapi.domain.flavors import Flavor
from computeapi.domain.hosts import Usage


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a server: its flavor, with all that was copied from it.

    :ivar image_gb: see :class:`computeapi.domain.servers.Server`.
    """

    flavor_id: str
    vcpus: int
    memory_mb: int
    disk_gb: int
    ephemeral_gb: int
    swap_mb: int
    image_gb: int = 0
    flavor_name: str = ""
    extra_specs: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, flavor: Flavor, image_gb: int) -> "Size":
        """Return the size of a server of a flavor."""
        return cls(
            flavor.id,
            flavor.vcpus,
            flavor.memory_mb,
            flavor.disk_gb,
            flavor.ephemeral_gb,
            flavor.swap_mb,
            image_gb,
            flavor.name,
            flavor.extra_specs,
        )

    @property
    def root_gb(self) -> int:
        """GiB that are counted for the root disk, and that it may have at most."""
        return self.disk_gb or self.image_gb

    @property
    def usage(self) -> Usage:
        """The resources of a server of this size."""
        return Usage.of(self.vcpus, self.memory_mb, self.root_gb, self.ephemeral_gb, self.swap_mb)


@dataclass(frozen=True, slots=True)
class Move:
    """A resize, from its acceptance until it is confirmed, reverted or has failed.

    :ivar token: names this move; the guest that is made by it bears it.
    :ivar source_zone: the availability zone of the source; ``target_zone`` that of the target.
    :ivar old: the size that it moves from; ``new`` the size that it moves to.
    :ivar vm_state: the server's state before.
    :ivar moved_at: when the server got its new size, to be confirmed; None before.
    """

    token: str
    source_host: str
    source_zone: str | None
    target_host: str
    target_zone: str | None
    old: Size
    new: Size
    vm_state: str
    moved_at: datetime | None = None

    @property
    def changes_host(self) -> bool:
        """Whether the server goes to another host."""
        return self.source_host != self.target_host

    @property
    def usages(self) -> dict[str, Usage]:
        """The resources that the server takes on each host while it moves.

        On one host, the old and the new guest never run at the same time, but the disks of both
        are kept.
        """
        old, new = self.old.usage, self.new.usage
        if self.changes_host:
            return {self.source_host: old, self.target_host: new}
        vcpus, memory_mb = max(old.vcpus, new.vcpus), max(old.memory_mb, new.memory_mb)
        return {self.source_host: Usage(1, vcpus, memory_mb, old.disk_gb + new.disk_gb)}
