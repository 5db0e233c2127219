"""Response bodies of keypairs (API reference, "Keypairs")."""

from computeapi.api import keypairs as contract
from computeapi.api.versions import Version
from computeapi.domain.keypairs import Keypair
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.moments import microseconds
from computeapi.falcon_impl.views.schemas import (
    BOOL,
    EXACT_MOMENT,
    INTEGER,
    TEXT,
    at_times,
    entity,
    nullable,
    page,
)

SUMMARY = Fields(
    Field("name", "name", TEXT),
    Field("public_key", "public_key", TEXT),
    Field("fingerprint", "fingerprint", TEXT),
    Field("type", "type", TEXT, contract.TYPE),
)
CREATED = Fields(*SUMMARY, Field("user_id", "user_id", TEXT))
DETAIL = Fields(
    *CREATED,
    Field("id", "id", INTEGER),
    Field("created_at", lambda keypair, view: microseconds(keypair.created_at), EXACT_MOMENT),
    Field("updated_at", Constant(None), nullable(EXACT_MOMENT)),
    Field("deleted", Constant(False), BOOL),
    Field("deleted_at", Constant(None), nullable(EXACT_MOMENT)),
)

_ENTRY = entity({"keypair": SUMMARY.schema})
KEYPAIRS = page("keypairs", _ENTRY, span=contract.PAGES)
KEYPAIR = entity({"keypair": DETAIL.schema})
_CREATED = CREATED.schema
NEW_KEYPAIR = entity(
    {
        "keypair": {
            **_CREATED,
            "properties": {**_CREATED["properties"], "private_key": at_times(TEXT)},
        }
    }
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
