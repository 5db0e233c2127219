"""The block devices of servers that are volumes, as rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from computeapi.db.limits import check_row
from computeapi.db.session import Session
from computeapi.db.tables import BLOCK_DEVICE, block_devices, servers
from computeapi.domain.block_devices import BlockDevice, DeviceState
from computeapi.ports.block_devices import BlockDeviceRepository

_C = block_devices.c
_IN_ORDER = sa.select(*BLOCK_DEVICE).order_by(_C.created_at, _C.id)
_ADD = sa.insert(block_devices)
_SAVE = (
    sa.update(block_devices)
    .where(_C.id == sa.bindparam("device_id"))
    .values({name: sa.bindparam(name) for name in _C.keys() if name != "id"})  # noqa: SIM118
)
_GET = sa.select(*BLOCK_DEVICE).where(_C.id == sa.bindparam("device_id"))
_OF_SERVER = _IN_ORDER.where(_C.server_id == sa.bindparam("server"))
_OF_SERVERS = _IN_ORDER.where(_C.server_id.in_(sa.bindparam("servers", expanding=True)))
_OF_VOLUME = _IN_ORDER.where(_C.volume_id == sa.bindparam("volume"))
_HAS_SERVER = sa.exists().where(servers.c.id == _C.server_id, servers.c.deleted == sa.false())
_ON_HOST = _HAS_SERVER.where(servers.c.host.is_not(None))
_BEFORE = _C.created_at < sa.bindparam("moment")
_IS_RESERVING = _C.state == DeviceState.RESERVING.value
_UNNEEDED = _IN_ORDER.where(
    sa.or_(
        sa.and_(_IS_RESERVING, _BEFORE),
        sa.and_(~_IS_RESERVING, ~_HAS_SERVER),
        sa.and_(_C.state == DeviceState.DETACHING.value, ~_ON_HOST),
    )
)
_ON_ITS_HOST = _IN_ORDER.where(_C.state == DeviceState.DETACHING.value, _ON_HOST)
_REMOVE = sa.delete(block_devices).where(_C.id == sa.bindparam("device_id"))


class BlockDevices(BlockDeviceRepository):
    """The repository of block devices."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, device: BlockDevice) -> None:
        """Keep a new block device."""
        row = asdict(device)
        check_row("block_devices", row)
        self._session.execute(_ADD, row)

    def save(self, device: BlockDevice) -> None:
        """Keep the changes of a block device. One that is gone stays so."""
        row = asdict(device)
        check_row("block_devices", row)
        self._session.execute(_SAVE, {**row, "device_id": row.pop("id")})

    def get(self, device_id: str) -> BlockDevice | None:
        """Return a block device, or None."""
        row = self._session.execute(_GET, {"device_id": device_id}).first()
        return None if row is None else BlockDevice(*row)

    def of_server(self, server_id: str) -> Sequence[BlockDevice]:
        """Return the block devices of a server, oldest first."""
        return self._read(_OF_SERVER, {"server": server_id})

    def of_servers(self, server_ids: Collection[str]) -> Mapping[str, Sequence[BlockDevice]]:
        """Return the block devices of servers, by the ids of these."""
        found: dict[str, list[BlockDevice]] = defaultdict(list)
        if server_ids:
            for device in self._read(_OF_SERVERS, {"servers": list(server_ids)}):
                found[device.server_id].append(device)
        return found

    def of_volume(self, volume_id: str) -> Sequence[BlockDevice]:
        """Return the block devices that are one volume, oldest first."""
        return self._read(_OF_VOLUME, {"volume": volume_id})

    def unneeded(self, before: datetime) -> Sequence[BlockDevice]:
        """Return the block devices that no server needs, oldest first."""
        return self._read(_UNNEEDED, {"moment": before})

    def detaching(self) -> Sequence[BlockDevice]:
        """Return the block devices that are to be detached from a server on a host."""
        return self._read(_ON_ITS_HOST, {})

    def remove(self, device_id: str) -> None:
        """Forget a block device."""
        self._session.execute(_REMOVE, {"device_id": device_id})

    def _read(self, query: sa.Select[Any], values: dict[str, Any]) -> list[BlockDevice]:
        return [BlockDevice(*row) for row in self._session.execute(query, values)]
