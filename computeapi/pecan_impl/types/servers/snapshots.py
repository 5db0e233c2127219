"""Actions that make images of a server."""

from wsme.types import Unset

from computeapi.domain.servers.snapshots import NewSnapshot
from computeapi.pecan_impl.types.key_values import Metadata
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import NAME, TEXT, size


class CreateImage(RequestType):
    """The parameters of an image."""

    name = RequestField(NAME, mandatory=True)
    metadata = RequestField(Metadata())

    def wanted(self) -> NewSnapshot:
        """Return the image that the caller wants."""
        return NewSnapshot(self.name, {} if self.metadata is Unset else self.metadata)


class CreateBackup(CreateImage):
    """The parameters of a backup."""

    backup_type = RequestField(TEXT, mandatory=True)
    rotation = RequestField(size(0), mandatory=True)


class SnapshotActions(RequestType):
    """``createImage`` and ``createBackup``."""

    create_image = RequestField(CreateImage, name="createImage")
    create_backup = RequestField(CreateBackup, name="createBackup")


class NewImageDocument(ResponseType):
    """The id of an image that is being made."""

    image_id = str
