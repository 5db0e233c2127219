"""The images of servers that boot from volumes: they have no data, but snapshots of the volumes."""

import json
import logging
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from computeapi.domain.block_devices import BlockDevice, DeviceState
from computeapi.domain.context import Context
from computeapi.domain.errors import Error, Unavailable
from computeapi.domain.images import NewImage
from computeapi.domain.servers import Server, actions
from computeapi.domain.servers.snapshots import NewSnapshot, image_of
from computeapi.domain.unfinished_images import UnfinishedImage
from computeapi.domain.volumes import VolumeSnapshot
from computeapi.ports.cloud_services import CloudServices
from computeapi.service.servers.acceptance import Acceptance

LOG = logging.getLogger(__name__)

_NO_DATA = Path(os.devnull)


class VolumeImages:
    """Makes images of servers that boot from volumes, while the caller waits, as Nova does.

    An image is noted before its first snapshot is taken: whatever dies, a worker removes an image
    that is not finished, and its snapshots. See :mod:`computeapi.worker.unfinished_images`.
    """

    def __init__(self, acceptance: Acceptance, cloud_services: CloudServices) -> None:
        self._acceptance = acceptance
        self._volumes = cloud_services.volumes
        self._store = cloud_services.snapshots

    def make(self, context: Context, server: Server, wanted: NewSnapshot) -> str:
        """Make an image of the volumes of a server; return its id.

        :raises Invalid: when the state of a volume forbids a snapshot of it.
        :raises QuotaExceeded: when the project may have no more snapshots or images.
        :raises Unavailable: when the volume service or the image service does not answer.
        """
        image_id = str(uuid.uuid4())
        with self._acceptance.db.write() as tx:
            found = tx.block_devices.of_server(server.id)
            devices = sorted(found, key=lambda device: device.device or "")
            tx.unfinished_images.add(UnfinishedImage(image_id, server.id, tx.now()))
        try:
            taken = self._snapshots(context, devices, image_id, wanted.name)
            self._store.create(context, _image(context, server, image_id, wanted, taken))
            self._store.upload(image_id, _NO_DATA, _never)
        except Unavailable:
            # It may be finished all the same: a worker looks after it.
            raise
        except Error:
            self._discard(context, image_id)
            raise
        with self._acceptance.db.write() as tx:
            tx.unfinished_images.remove(image_id)
            self._acceptance.keep_done(tx, context, server, actions.CREATE_IMAGE)
        return image_id

    def _snapshots(
        self, context: Context, devices: Sequence[BlockDevice], image_id: str, name: str
    ) -> list[tuple[BlockDevice, VolumeSnapshot]]:
        return [
            (
                device,
                self._volumes.create_snapshot(
                    context, device.volume_id or "", f"snapshot for {name}", image_id
                ),
            )
            for device in devices
            if device.state == DeviceState.ATTACHED
        ]

    def _discard(self, context: Context, image_id: str) -> None:
        """Remove an image that cannot be made; a worker does it where this fails."""
        with suppress(Error):
            self._store.discard(context, image_id)
            for snapshot_id in self._volumes.snapshots_for(image_id):
                self._volumes.delete_snapshot(snapshot_id)
            with self._acceptance.db.write() as tx:
                tx.unfinished_images.remove(image_id)


def _image(
    context: Context,
    server: Server,
    image_id: str,
    wanted: NewSnapshot,
    taken: Sequence[tuple[BlockDevice, VolumeSnapshot]],
) -> NewImage:
    """Return the image to be made: its mapping names the snapshots."""
    mapping = [_entry(device, snapshot) for device, snapshot in taken]
    root = next((device.device for device, _ in taken if device.is_root), None)
    properties = {
        "block_device_mapping": json.dumps(mapping),
        "bdm_v2": "True",
        "root_device_name": root or "/dev/vda",
    }
    wanted = replace(wanted, properties={**wanted.properties, **properties})
    image = image_of(server, image_id, wanted, context.require_user())
    return replace(image, min_disk=0, disk_format="raw")


def _entry(device: BlockDevice, snapshot: VolumeSnapshot) -> dict[str, object]:
    """Return the block device of a server that is made of the image, in the form of Nova."""
    return {
        "source_type": "snapshot",
        "destination_type": "volume",
        "snapshot_id": snapshot.id,
        "volume_size": snapshot.size_gb,
        "device_name": device.device,
        "boot_index": device.boot_index,
        "delete_on_termination": device.delete_on_termination,
        "tag": device.tag,
        "device_type": device.device_type or "disk",
        "disk_bus": device.disk_bus,
        **dict.fromkeys(("volume_id", "image_id", "guest_format", "no_device", "volume_type")),
    }


def _never() -> None:
    """Go on: no operation that could be ended makes the image."""
