"""Response bodies of keypairs (API reference, "Keypairs")."""

from computeapi.api import keypairs as contract
from computeapi.api.versions import Version
from computeapi.domain.keypairs import Keypair
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.moments import microseconds

SUMMARY = Fields(
    Field("name", "name"),
    Field("public_key", "public_key"),
    Field("fingerprint", "fingerprint"),
    Field("type", "type", contract.TYPE),
)
CREATED = Fields(*SUMMARY, Field("user_id", "user_id"))
DETAIL = Fields(
    *CREATED,
    Field("id", "id"),
    Field("created_at", lambda keypair, view: microseconds(keypair.created_at)),
    Field("updated_at", Constant(None)),
    Field("deleted", Constant(False)),
    Field("deleted_at", Constant(None)),
)


def summary(keypair: Keypair, version: Version) -> Document:
    """Return the document of a keypair in a list."""
    return SUMMARY.document(keypair, version)


def created(keypair: Keypair, private_key: str | None, version: Version) -> Document:
    """Return the document of a keypair that was created.

    :param private_key: None when the public one was imported.
    """
    document = CREATED.document(keypair, version)
    return document if private_key is None else {**document, "private_key": private_key}


def detail(keypair: Keypair, version: Version) -> Document:
    """Return the document of a keypair with all details."""
    return DETAIL.document(keypair, version)
