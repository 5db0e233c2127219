"""The disks of the host that a guest has beside its root disk: ephemeral ones and swap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: A guest has no more of them.
MOST = 2


@dataclass(frozen=True, slots=True)
class LocalDisks:
    """The ephemeral disks and the swap disk of a guest.

    The swap disk is the third disk of the guest, whether there is an ephemeral disk or not.

    :ivar ephemerals_gb: GiB of each ephemeral disk. :ivar swap_mb: MiB; 0 for no swap disk.
    """

    ephemerals_gb: Sequence[int] = ()
    swap_mb: int = 0

    @classmethod
    def of(cls, ephemeral_gb: int, swap_mb: int, chosen: Mapping[str, Any] | None) -> "LocalDisks":
        """Return the disks of a server of a size.

        :param chosen: by its request, as :attr:`Server.chosen_disks` keeps it.
        """
        default = {"ephemerals_gb": [ephemeral_gb] if ephemeral_gb else [], "swap_mb": swap_mb}
        wanted = {**default, **(chosen or {})}
        # A server that was resized may have less swap than its request chose.
        return cls(tuple(wanted["ephemerals_gb"]), min(wanted["swap_mb"], swap_mb))

    @property
    def places(self) -> int:
        """The number of names of disks that the root disk and these take."""
        return 3 if self.swap_mb else 1 + len(self.ephemerals_gb)
