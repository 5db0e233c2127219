"""Keypairs."""

from typing import Self

from wsme.types import Unset

from computeapi.api import keypairs as changes
from computeapi.api import values
from computeapi.domain.keypairs import Keypair as DomainKeypair
from computeapi.domain.keypairs import NewKeypair
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import EXACT_MOMENT, ResponseField, ResponseType
from computeapi.pecan_impl.types.values import TEXT, Name, choice


class KeypairCreate(RequestType):
    """The keypair in a request to create one."""

    name = RequestField(
        Name(pattern=values.KEYPAIR_NAME), span=changes.GENERATED, mandatory=True, default=None
    )
    imported_name = RequestField(
        Name(pattern=values.IMPORTED_KEYPAIR_NAME),
        name="name",
        span=changes.IMPORTED,
        mandatory=True,
        default=None,
    )
    type = RequestField(choice(values.KEYPAIR_TYPES), span=changes.TYPE, default="ssh")
    public_key = RequestField(TEXT, span=changes.GENERATED, default=None)
    imported_key = RequestField(
        TEXT, name="public_key", span=changes.IMPORTED, mandatory=True, default=None
    )
    user_id = RequestField(TEXT, span=changes.USER_ID, default=None)


class KeypairCreateDocument(RequestType):
    """The body of a request to create a keypair."""

    keypair = RequestField(KeypairCreate, mandatory=True)

    def new(self) -> NewKeypair:
        """Return the new keypair for the service."""
        keypair = self.keypair
        name = keypair.name or keypair.imported_name
        public_key = keypair.public_key
        if public_key is None:
            public_key = keypair.imported_key
        return NewKeypair(name, keypair.type, public_key, keypair.user_id)


class KeypairSummary(ResponseType):
    """An entry of a list of keypairs."""

    fingerprint = str
    name = str
    public_key = str
    type = ResponseField(str, span=changes.TYPE)

    @classmethod
    def of(cls, keypair: DomainKeypair) -> Self:
        """Return the attributes that each document of a keypair has."""
        return cls(
            fingerprint=keypair.fingerprint,
            name=keypair.name,
            public_key=keypair.public_key,
            type=keypair.type,
        )


class CreatedKeypair(KeypairSummary):
    """A new keypair, with its private key if that was made here."""

    private_key = ResponseField(str, optional=True)
    user_id = str

    @classmethod
    def created(cls, keypair: DomainKeypair, private_key: str | None) -> Self:
        """Return a new keypair.

        :param private_key: None when the public one was imported.
        """
        document = cls.of(keypair)
        document.user_id = keypair.user_id
        document.private_key = private_key or Unset
        return document


class Keypair(KeypairSummary):
    """A keypair with all its attributes; it is never changed, nor shown when deleted."""

    created_at = EXACT_MOMENT
    deleted = bool
    deleted_at = ResponseField(EXACT_MOMENT, nullable=True)
    id = int
    updated_at = ResponseField(EXACT_MOMENT, nullable=True)
    user_id = str

    @classmethod
    def whole(cls, keypair: DomainKeypair) -> Self:
        """Return all of a keypair."""
        document = cls.of(keypair)
        document.created_at, document.updated_at = keypair.created_at, None
        document.deleted, document.deleted_at = False, None
        document.id, document.user_id = keypair.id, keypair.user_id
        return document


class KeypairEntry(ResponseType):
    """An entry of a list of keypairs."""

    keypair = KeypairSummary


class CreatedKeypairDocument(ResponseType):
    """A new keypair."""

    keypair = CreatedKeypair


class KeypairDocument(ResponseType):
    """A keypair."""

    keypair = Keypair


class Keypairs(ResponseType):
    """The list of a user's keypairs."""

    keypairs = [KeypairEntry]
    keypairs_links = ResponseField([Link], optional=True, span=changes.PAGES)
