"""The repository of the block devices of servers that are volumes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from computeapi.domain.block_devices import BlockDevice


class BlockDeviceRepository(Protocol):
    """The volumes of servers, and how far their attachments are."""

    __slots__ = ()

    def add(self, device: BlockDevice) -> None:
        """Keep a new block device."""

    def save(self, device: BlockDevice) -> None:
        """Keep the changes of a block device. One that is gone stays so."""

    def get(self, device_id: str) -> BlockDevice | None:
        """Return a block device, or None."""

    def of_server(self, server_id: str) -> Sequence[BlockDevice]:
        """Return the block devices of a server, oldest first."""

    def of_servers(self, server_ids: Collection[str]) -> Mapping[str, Sequence[BlockDevice]]:
        """Return the block devices of servers, by the ids of these."""

    def of_volume(self, volume_id: str) -> Sequence[BlockDevice]:
        """Return the block devices that are one volume, oldest first."""

    def unneeded(self, before: datetime) -> Sequence[BlockDevice]:
        """Return the block devices that no server needs, oldest first.

        They are those of servers that are gone, those that are to be detached from a server without
        a host, and those whose reservation was begun long ago and did not end.

        :param before: a reservation that was begun later may still end.
        """

    def detaching(self) -> Sequence[BlockDevice]:
        """Return the block devices that are to be detached from a server on a host."""

    def remove(self, device_id: str) -> None:
        """Forget a block device."""
