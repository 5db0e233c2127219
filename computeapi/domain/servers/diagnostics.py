"""The figures of a running guest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class DiskFigures:
    """The figures of a disk since its guest started.

    :ivar name: as the guest knows the disk, e.g. "vda".
    :ivar errors: how many; None when they are not counted.
    """

    name: str
    read_bytes: int
    read_requests: int
    write_bytes: int
    write_requests: int
    errors: int | None = None


@dataclass(frozen=True, slots=True)
class NicFigures:
    """The figures of a network interface; each is None where the hypervisor counts none."""

    mac_address: str
    rx_octets: int | None = None
    rx_packets: int | None = None
    rx_errors: int | None = None
    rx_drop: int | None = None
    tx_octets: int | None = None
    tx_packets: int | None = None
    tx_errors: int | None = None
    tx_drop: int | None = None


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """The figures of a running guest.

    :ivar hypervisor: e.g. "kvm".
    :ivar cpu_times: nanoseconds that each processor took.
    :ivar memory_kb: KiB that the guest has. :ivar memory_used_kb: KiB that it takes; None when this
        is not known.
    :ivar memory_statistics: more figures of the memory by the hypervisor's names, in KiB.
    """

    hypervisor: str
    cpu_times: Sequence[int]
    memory_kb: int
    memory_used_kb: int | None = None
    disks: Sequence[DiskFigures] = ()
    nics: Sequence[NicFigures] = ()
    memory_statistics: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """Return the diagnostics that :func:`dataclasses.asdict` made a document of."""
        disks = [DiskFigures(**disk) for disk in document["disks"]]
        nics = [NicFigures(**nic) for nic in document["nics"]]
        return cls(**{**document, "disks": disks, "nics": nics})
