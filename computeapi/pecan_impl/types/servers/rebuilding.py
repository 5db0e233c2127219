"""The bodies of a rebuild (API reference, "Rebuild Server")."""

from typing import Self

from wsme.types import StringType

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.api.versions import Version
from computeapi.domain.servers import Rebuild as DomainRebuild
from computeapi.domain.servers import RebuiltServer
from computeapi.pecan_impl.types.key_values import Metadata
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.servers.changing import ChangedServer, Changes
from computeapi.pecan_impl.types.servers.creation import Certificates, File
from computeapi.pecan_impl.types.servers.listing import Server
from computeapi.pecan_impl.types.servers.view import ServerView
from computeapi.pecan_impl.types.values import BOOLEAN, NAME, TEXT, UUID


class Rebuild(Changes):
    """The parameters of a rebuild."""

    _plain = (*Changes._plain, "metadata", "key_name", "user_data", "trusted_certificates")

    image_ref = RequestField(UUID, name="imageRef", mandatory=True)
    admin_password = RequestField(TEXT, name="adminPass", default=None)
    metadata = RequestField(Metadata())
    preserve_ephemeral = RequestField(BOOLEAN, default=False)
    personality = RequestField([File], span=changes.PERSONALITY, default=())
    key_name = RequestField(NAME, span=changes.REBUILT_KEY, nullable=True)
    user_data = RequestField(
        StringType(max_length=values.MAX_USER_DATA), span=changes.REBUILT_USER_DATA, nullable=True
    )
    trusted_certificates = RequestField(
        Certificates(),
        name="trusted_image_certificates",
        span=changes.CERTIFICATES,
        nullable=True,
    )

    def request(self) -> DomainRebuild:
        """Return the request for the service."""
        return DomainRebuild(
            image_ref=self.image_ref,
            changes=self.changes(),
            admin_password=self.admin_password,
            personality=[file.given() for file in self.personality],
            preserve_ephemeral=self.preserve_ephemeral,
        )


class RebuildingActions(RequestType):
    """``rebuild``."""

    rebuild = RequestField(Rebuild)


class ServerRebuiltInPart(ChangedServer):
    """A server whose rebuild was accepted: without the fields that extensions added."""

    adminPass = ResponseField(str, optional=True)
    key_name = ResponseField(str, span=changes.REBUILT_KEY, nullable=True)
    user_data = ResponseField(str, span=changes.REBUILT_USER_DATA, nullable=True)


class ServerRebuilt(Server):
    """A server whose rebuild was accepted, with user data under a name of its own."""

    adminPass = ResponseField(str, optional=True)
    user_data = ResponseField(str, "user_data", changes.REBUILT_USER_DATA, nullable=True)


class RebuiltServerDocument(ResponseType):
    """A server whose rebuild was accepted."""

    server = ResponseField(ServerRebuiltInPart, span=changes.CHANGED_IN_PART)
    whole_server = ResponseField(ServerRebuilt, "server", changes.CHANGED_WHOLE)

    @classmethod
    def of(cls, result: RebuiltServer, view: ServerView, version: Version) -> Self:
        """Return a server whose rebuild was accepted."""
        server, password = result.server, result.admin_password
        more = {"key_name": server.key_name, "user_data": server.user_data}
        if password is not None:
            more["adminPass"] = password
        if version in changes.CHANGED_WHOLE:
            whole = ServerRebuilt.shown(server, view)
            whole.add(**more)
            return cls(whole_server=whole)
        part = ServerRebuiltInPart.shown(server, view)
        part.add(**more)
        return cls(server=part)
