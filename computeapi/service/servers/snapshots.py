"""Make images and backups of servers."""

from dataclasses import replace
from functools import partial

from computeapi.domain.context import Context
from computeapi.domain.errors import QuotaExceeded
from computeapi.domain.servers import Server, actions
from computeapi.domain.servers.snapshots import BACKUP, NewSnapshot
from computeapi.policies.servers import snapshots as rules
from computeapi.ports.database import Transaction
from computeapi.ports.snapshots import SnapshotStore
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.new_images import ImageAction, NewImages
from computeapi.service.servers.volume_images import VolumeImages


class Snapshots:
    """Accept to make images of servers."""

    def __init__(
        self,
        new_images: NewImages,
        volume_images: VolumeImages,
        store: SnapshotStore,
        quotas: QuotaReader,
    ) -> None:
        self._new_images = new_images
        self._volume_images = volume_images
        self._store = store
        self._quotas = quotas

    def create_image(self, context: Context, server_id: str, wanted: NewSnapshot) -> str:
        """Accept to make an image of a server; return its id.

        That of a server which boots from a volume is made at once: it has snapshots of its volumes.

        :raises NotFound: when there is no server that the caller may know of.
        :raises Conflict: when the server's state forbids it.
        :raises QuotaExceeded: when the image would have too many properties, or the image service
            takes no more images of the project.
        :raises ImageUnreachable: when the image service does not answer.
        """
        of_volumes = partial(self._volume_images.make, context)
        action = ImageAction(actions.CREATE_IMAGE, rules.CREATE_IMAGE, of_volumes=of_volumes)
        return self._create(context, server_id, action, wanted)

    def create_backup(
        self,
        context: Context,
        server_id: str,
        wanted: NewSnapshot,
        backup_type: str,
        rotation: int,
    ) -> str:
        """Accept to make a backup of a server, an image; return its id.

        :param backup_type: the caller's word for the backups of which the oldest are removed.
        :param rotation: how many backups of the server and the type are kept, this one among them.
        :raises Invalid: when the server boots from a volume.
        :raises: as :meth:`create_image`.
        """
        properties = {"image_type": BACKUP, "backup_type": backup_type}
        wanted = replace(wanted, properties=properties)
        params: dict[str, object] = {"backup_type": backup_type, "rotation": rotation}
        action = ImageAction(actions.CREATE_BACKUP, rules.CREATE_BACKUP, params)
        return self._create(context, server_id, action, wanted)

    def location(self, image_id: str) -> str | None:
        """Return the URL of an image in the image store, or None when it has none."""
        return self._store.location(image_id)

    def _create(
        self, context: Context, server_id: str, action: ImageAction, wanted: NewSnapshot
    ) -> str:
        def describe(tx: Transaction, server: Server) -> NewSnapshot:
            most = self._quotas.of_user(tx, server.project_id, server.user_id).metadata_items
            if 0 <= most < len(wanted.metadata):
                raise QuotaExceeded("Image metadata limit exceeded")
            return wanted

        return self._new_images.make(context, server_id, action, describe)
