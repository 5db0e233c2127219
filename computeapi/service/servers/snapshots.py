"""Make images and backups of servers."""

import logging
import uuid
from dataclasses import replace

from computeapi.domain.context import Context
from computeapi.domain.errors import Error, NotFound, QuotaExceeded, Unavailable
from computeapi.domain.servers import Server, actions
from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.snapshots import BACKUP, NewSnapshot, image_of
from computeapi.domain.unfinished_images import UnfinishedImage
from computeapi.policies.servers import snapshots as rules
from computeapi.ports.cloud_services import CloudServices
from computeapi.ports.database import Transaction
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import Acceptance, require_host, require_unlocked

LOG = logging.getLogger(__name__)


class Snapshots:
    """Accept to make images of servers.

    The image is made in the image store, without data, in the caller's name, before the operation
    is accepted that gives it its data. It is noted before that: whatever dies, a worker removes an
    image that has no operation.
    """

    def __init__(self, acceptance: Acceptance, beside: CloudServices, quotas: QuotaReader) -> None:
        self._acceptance = acceptance
        self._images = beside.images
        self._store = beside.snapshots
        self._quotas = quotas

    def create_image(self, context: Context, server_id: str, wanted: NewSnapshot) -> str:
        """Accept to make an image of a server; return its id.

        :raises NotFound: when there is no server that the caller may know of.
        :raises Conflict: when the server's state forbids it.
        :raises QuotaExceeded: when the image would have too many properties, or the image service
            takes no more images of the project.
        :raises ImageUnreachable: when the image service does not answer.
        """
        return self._create(context, server_id, actions.CREATE_IMAGE, rules.CREATE_IMAGE, wanted)

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
        :raises: as :meth:`create_image`.
        """
        properties = {"image_type": BACKUP, "backup_type": backup_type}
        wanted = replace(wanted, properties=properties)
        params: dict[str, object] = {"backup_type": backup_type, "rotation": rotation}
        action, rule = actions.CREATE_BACKUP, rules.CREATE_BACKUP
        return self._create(context, server_id, action, rule, wanted, params)

    def location(self, image_id: str) -> str | None:
        """Return the URL of an image in the image store, or None when it has none."""
        return self._store.location(image_id)

    def _create(
        self,
        context: Context,
        server_id: str,
        action: Action,
        rule: str,
        wanted: NewSnapshot,
        params: dict[str, object] | None = None,
    ) -> str:
        image_id = str(uuid.uuid4())
        with self._acceptance.db.write() as tx:
            server = self._load(tx, context, server_id, action, rule)
            self._check_metadata(tx, server, wanted)
            server.require_state(action)
            tx.unfinished_images.add(UnfinishedImage(image_id, server.id, tx.now()))
        self._make(context, server, image_id, wanted)
        params = {**(params or {}), "image_id": image_id, "owner": context.project_id}
        try:
            with self._acceptance.db.write() as tx:
                server = self._load(tx, context, server_id, action, rule)
                host = self._acceptance.queue(tx, context, server, action, params)
                tx.unfinished_images.accept(image_id)
        except Error:
            self._discard(context, image_id)
            raise
        self._acceptance.caller.cast(host)
        return image_id

    def _load(
        self, tx: Transaction, context: Context, server_id: str, action: Action, rule: str
    ) -> Server:
        server = self._acceptance.load(tx, context, server_id, rule, lock=True)
        require_unlocked(context, server, action)
        require_host(server)
        return server

    def _check_metadata(self, tx: Transaction, server: Server, wanted: NewSnapshot) -> None:
        most = self._quotas.of_user(tx, server.project_id, server.user_id).metadata_items
        if 0 <= most < len(wanted.metadata):
            raise QuotaExceeded("Image metadata limit exceeded")

    def _make(self, context: Context, server: Server, image_id: str, wanted: NewSnapshot) -> None:
        """Make the image, without data.

        :raises Error: when the image store does not.
        """
        try:
            new = image_of(
                server, image_id, wanted, context.require_user(), self._min_ram(context, server)
            )
            self._store.create(context, new)
        except Unavailable:
            # It may have been made all the same: a worker looks after it.
            raise
        except Error:
            self._forget(image_id)
            raise

    def _min_ram(self, context: Context, server: Server) -> int:
        """Return the memory, in MiB, that the image needs of which the server was made."""
        if server.image_id is None:
            return 0
        try:
            return self._images.get(context, server.image_id).min_ram
        except NotFound:
            # It was deleted, or is not the caller's to see.
            return 0

    def _discard(self, context: Context, image_id: str) -> None:
        """Remove an image whose operation was not accepted; a worker does it where this fails."""
        try:
            self._store.discard(context, image_id)
        except Error as error:
            LOG.warning("Image %s stays for now: %s", image_id, error)
            return
        self._forget(image_id)

    def _forget(self, image_id: str) -> None:
        with self._acceptance.db.write() as tx:
            tx.unfinished_images.remove(image_id)
