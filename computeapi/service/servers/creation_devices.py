"""The volumes of new servers: those that a request names, and those that are made for it."""

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from computeapi.domain.block_devices import (
    BlockDevice,
    DeviceState,
    PlannedVolume,
    Source,
    free_device,
)
from computeapi.domain.context import Context
from computeapi.domain.errors import Error, Forbidden, Invalid, NotFound
from computeapi.domain.images import GIB, Image
from computeapi.domain.servers import NewServer, Server
from computeapi.domain.volumes import NewVolume, Volume
from computeapi.ports.database import Database, Transaction
from computeapi.ports.images import ImageStore
from computeapi.ports.volumes import Volumes
from computeapi.service.servers.creation_parts import active_image
from computeapi.service.servers.requested_devices import (
    MAPPING_PROPERTIES,
    planned_volumes,
)
from computeapi.service.servers.volume_copies import require_readable

LOG = logging.getLogger(__name__)

ROOT = "/dev/vda"


@dataclass(frozen=True, slots=True)
class Boot:
    """The thing that new servers boot from, and the volumes that they have.

    :ivar image: its facts; that of a volume has no id.
    """

    image: Image
    volumes: Sequence[PlannedVolume] = ()

    @property
    def is_volume(self) -> bool:
        """Whether the servers boot from a volume, and have no root disk of their own."""
        return any(volume.is_root for volume in self.volumes)


class CreationDevices:
    """Plans the volumes of new servers, keeps them, and has them made."""

    def __init__(self, db: Database, volumes: Volumes, images: ImageStore) -> None:
        self._db = db
        self._volumes = volumes
        self._images = images

    def plan(self, context: Context, new: NewServer) -> Boot:
        """Return the root disk of the servers, and the volumes that they are to have.

        :raises Invalid: when something does not exist, or does not fit.
        :raises ImageUnreachable: when the image service does not answer.
        :raises VolumesUnreachable: when the volume service does not answer.
        """
        if not (new.image_ref or new.block_devices):
            raise Invalid("Invalid imageRef provided.")
        image = active_image(self._images, context, new.image_ref) if new.image_ref else None
        planned = planned_volumes(new, image.properties if image else {})
        if planned and not self._volumes.is_enabled:
            self._refuse(context, planned)
        self._check_types(context, planned)
        checked = [self._checked(context, new, volume) for volume in planned]
        if image is None:
            image = next(found for volume, found in checked if volume.is_root)
        elif root := next((volume for volume, _ in checked if volume.is_root), None):
            image = _without_disk(image, root)
        return Boot(image, [volume for volume, _ in checked])

    @staticmethod
    def keep(tx: Transaction, server: Server, boot: Boot) -> None:
        """Keep the volumes that a new server is to have.

        :raises Forbidden: when it would have more disks than it can have.
        """
        names: set[str | None] = set()
        # The names that callers chose come first.
        for volume in sorted(boot.volumes, key=lambda volume: volume.device is None):
            name = ROOT if volume.is_root else _free(names, volume.device, server)
            names.add(name)
            device_id = str(uuid.uuid4())
            device = volume.block_device(device_id, server.id, name, server.created_at)
            tx.block_devices.add(device)

    def make(self, context: Context, servers: Sequence[Server]) -> None:
        """Begin to make the volumes of servers that are accepted, and reserve the others.

        The operation that creates a server waits for it. An error becomes that of the server.
        """
        for server in servers:
            if server.host is None:
                continue
            with self._db.read() as tx:
                devices = tx.block_devices.of_server(server.id)
            for device in devices:
                self._make(context, device)
            with self._db.write() as tx:
                tx.operations.expedite(server.id)

    def _make(self, context: Context, device: BlockDevice) -> None:
        try:
            if device.made:
                device.volume_id = self._volumes.create(context, _new_volume(device))
            else:
                volume_id = device.volume_id or ""
                device.attachment_id = self._volumes.reserve(context, volume_id, device.server_id)
            device.state = DeviceState.ATTACHING
        except Error as error:
            LOG.warning("Server %s gets no volume: %s", device.server_id, error)
            device.message = error.message
        with self._db.write() as tx:
            tx.block_devices.save(device)

    def _refuse(self, context: Context, planned: Sequence[PlannedVolume]) -> None:
        """Raise Invalid, as there is no volume service.

        :raises Invalid: always.
        """
        for volume in planned:
            self._source(context, volume)
        raise _invalid("there is no volume service that could make a volume.")

    def _check_types(self, context: Context, planned: Sequence[PlannedVolume]) -> None:
        """Raise Invalid when a volume is to be of a type that the caller does not have.

        :raises Invalid: naming the type.
        """
        wanted = {volume.volume_type for volume in planned if volume.volume_type}
        unknown = wanted - set(self._volumes.types(context)) if wanted else ()
        for name in sorted(unknown):
            raise Invalid(f"Volume type {name} could not be found.")

    def _source(self, context: Context, volume: PlannedVolume) -> Volume | None:
        """Return the volume that a device is, or None when it is to be made.

        :raises Invalid: when there is no such volume or snapshot.
        """
        if volume.source not in (Source.VOLUME, Source.SNAPSHOT):
            return None
        try:
            if volume.source == Source.VOLUME:
                return self._volumes.volume(context, volume.source_id or "")
            snapshot = self._volumes.snapshot(context, volume.source_id or "")
        except NotFound as error:
            raise _invalid(f"failed to get {volume.source} {volume.source_id}.") from error
        if snapshot.status != "available":
            raise _invalid(f"snapshot {snapshot.id} is {snapshot.status}.")
        if volume.size_gb is not None and volume.size_gb < snapshot.size_gb:
            raise _invalid(f"the volume is smaller than snapshot {snapshot.id}.")
        try:
            return self._volumes.volume(context, snapshot.volume_id)
        except NotFound:
            return Volume(snapshot.volume_id, "", snapshot.size_gb, is_bootable=True)

    def _checked(
        self, context: Context, new: NewServer, volume: PlannedVolume
    ) -> tuple[PlannedVolume, Image]:
        """Return a volume with its size, and the facts of the image that it holds.

        :raises Invalid: when servers cannot have it.
        """
        if volume.source == Source.IMAGE:
            image = self._image(context, volume)
            return volume, replace(image, id="", min_disk=0, size=None, virtual_size=None)
        found = self._source(context, volume)
        if found is None:
            return volume, _image_of(Volume("", ""))
        if volume.source == Source.VOLUME:
            _require_attachable(found, new)
        else:
            volume = replace(volume, size_gb=volume.size_gb or found.size_gb)
        if volume.is_root and not (new.image_ref or found.is_bootable):
            raise _invalid(f"Block Device {volume.source_id} is not bootable.")
        return volume, _image_of(found)

    def _image(self, context: Context, volume: PlannedVolume) -> Image:
        try:
            image = active_image(self._images, context, volume.source_id or "")
        except Invalid as error:
            raise _invalid(f"failed to get image {volume.source_id}.") from error
        if (volume.size_gb or 0) * GIB < max(image.min_disk * GIB, image.virtual_size or 0):
            raise _too_small(volume.size_gb, image)
        return image


def _require_attachable(volume: Volume, new: NewServer) -> None:
    """Raise Invalid when new servers cannot have a volume.

    :raises Invalid: when they cannot.
    """
    if (new.max_count or new.min_count) > 1:
        raise Invalid("Cannot attach one or more volumes to multiple instances")
    require_readable(volume)
    if volume.status == "available" or (volume.is_multiattach and volume.status == "in-use"):
        return
    raise Invalid(
        f"Invalid volume: volume '{volume.id}' status must be 'available'. Currently in "
        f"'{volume.status}'."
    )


def _without_disk(image: Image, root: PlannedVolume) -> Image:
    """Return the facts of an image that hold for its servers which boot from a volume.

    :raises Invalid: when the volume is too small for the image.
    """
    if root.size_gb is not None and root.size_gb < image.min_disk:
        raise _too_small(root.size_gb, image)
    properties = {k: v for k, v in image.properties.items() if k not in MAPPING_PROPERTIES}
    return replace(_image_of(Volume("", "", min_ram=image.min_ram)), properties=properties)


def _image_of(volume: Volume) -> Image:
    """Return the facts of the image that a volume holds."""
    properties = dict(volume.image_properties)
    return Image("", "", "active", None, 0, volume.min_ram, "raw", properties=properties)


def _new_volume(device: BlockDevice) -> NewVolume:
    ids: Mapping[str, str | None] = {device.source: device.source_id}
    return NewVolume(
        device_id=device.id,
        size_gb=device.volume_size or 0,
        snapshot_id=ids.get(Source.SNAPSHOT),
        image_id=ids.get(Source.IMAGE),
        volume_type=device.volume_type,
    )


def _too_small(size_gb: int | None, image: Image) -> Invalid:
    return Invalid(
        f"Volume is smaller than the minimum size specified in image metadata. Volume size "
        f"is {size_gb} GiB, image {image.id} needs more."
    )


def _free(taken: set[str | None], wanted: str | None, server: Server) -> str:
    found = free_device(taken, wanted, server.local_disks.places)
    if found is None:
        raise Forbidden("The maximum allowed number of disk devices of a server is exceeded.")
    return found


def _invalid(reason: str) -> Invalid:
    return Invalid(f"Block Device Mapping is Invalid: {reason}")
