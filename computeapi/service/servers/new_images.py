"""The images that are made of servers: made in the image store, then given data by an operation."""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from computeapi.domain.context import Context
from computeapi.domain.errors import Error, NotFound, Unavailable
from computeapi.domain.servers import Server
from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.snapshots import NewSnapshot, image_of
from computeapi.domain.unfinished_images import UnfinishedImage
from computeapi.ports.cloud_services import CloudServices
from computeapi.ports.database import Transaction
from computeapi.service.servers.acceptance import (
    Acceptance,
    boots_from_volume,
    require_unlocked,
)

LOG = logging.getLogger(__name__)

#: Checks a request, and returns the image that it wants of a server.
Describe = Callable[[Transaction, Server], NewSnapshot]


def _keep_nothing(_tx: Transaction, _server: Server, _image_id: str) -> None:
    """Keep nothing beside the operation."""


@dataclass(frozen=True, slots=True)
class ImageAction:
    """An action that gives an image its data.

    :ivar rule: the policy of the action.
    :ivar params: of the operation, beside ``image_id``, and ``owner``, the image's project.
    :ivar keep: keeps in the transaction that accepts the operation what else is to be kept.
    :ivar of_volumes: does the action to a server that boots from a volume, in the place of the
        operation; returns the id of the image, or an empty text. None for an action that cannot be
        done to one.
    """

    action: Action
    rule: str
    params: Mapping[str, object] = field(default_factory=dict)
    keep: Callable[[Transaction, Server, str], None] = _keep_nothing
    of_volumes: Callable[[Server, NewSnapshot], str] | None = None


class NewImages:
    """Accepts actions that make images of servers.

    The image is made in the image store, without data, in the caller's name, before the operation
    is accepted that gives it its data. It is noted before that: whatever dies, a worker removes an
    image that has no operation.
    """

    def __init__(self, acceptance: Acceptance, cloud_services: CloudServices) -> None:
        self._acceptance = acceptance
        self._images = cloud_services.images
        self._store = cloud_services.snapshots

    def make(
        self, context: Context, server_id: str, wanted: ImageAction, describe: Describe
    ) -> str:
        """Accept an action; return the id of the image that it gives its data.

        :raises NotFound: when there is no server that the caller may know of.
        :raises Conflict: when the server's state or its lock forbids the action.
        :raises Invalid: when it cannot be done to a server that boots from a volume.
        :raises ImageUnreachable: when the image service does not answer.
        :raises: what ``describe`` raises.
        """
        image_id = str(uuid.uuid4())
        with self._acceptance.db.write() as tx:
            server = self._load(tx, context, server_id, wanted)
            described = describe(tx, server)
            server.require_state(wanted.action)
            if not server.is_volume_backed:
                tx.unfinished_images.add(UnfinishedImage(image_id, server.id, tx.now()))
        if server.is_volume_backed:
            if wanted.of_volumes is None:
                raise boots_from_volume(server, wanted.action)
            return wanted.of_volumes(server, described)
        self._make(context, server, image_id, described)
        try:
            host = self._accept(context, server_id, image_id, wanted)
        except Error:
            self._discard(context, image_id)
            raise
        self._acceptance.rpc_client.cast(host)
        return image_id

    def _accept(self, context: Context, server_id: str, image_id: str, wanted: ImageAction) -> str:
        """Keep the operation; return the host that it is for."""
        params = {**wanted.params, "image_id": image_id, "owner": context.project_id}
        with self._acceptance.db.write() as tx:
            server = self._load(tx, context, server_id, wanted)
            wanted.keep(tx, server, image_id)
            tx.unfinished_images.accept(image_id)
            return self._acceptance.queue(tx, context, server, wanted.action, params)

    def _load(
        self, tx: Transaction, context: Context, server_id: str, wanted: ImageAction
    ) -> Server:
        server = self._acceptance.load(tx, context, server_id, wanted.rule, lock=True)
        require_unlocked(context, server, wanted.action)
        server.require_ready(wanted.action)
        return server

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
