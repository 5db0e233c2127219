"""Response bodies of keypairs (API reference, "Keypairs")."""

from typing import Any

from computeapi.api import keypairs as contract
from computeapi.api.versions import Version
from computeapi.domain.keypairs import Keypair
from computeapi.falcon_impl.views.moments import microseconds


def summary(keypair: Keypair, version: Version) -> dict[str, Any]:
    """Return what a list shows."""
    document = {
        "name": keypair.name,
        "public_key": keypair.public_key,
        "fingerprint": keypair.fingerprint,
    }
    if version in contract.TYPE:
        document["type"] = keypair.type
    return document


def created(keypair: Keypair, private_key: str | None, version: Version) -> dict[str, Any]:
    """Return what the answer to a create request shows.

    :param private_key: None when the public one was imported.
    """
    document = {**summary(keypair, version), "user_id": keypair.user_id}
    if private_key is not None:
        document["private_key"] = private_key
    return document


def detail(keypair: Keypair, version: Version) -> dict[str, Any]:
    """Return all there is to see."""
    return {
        **summary(keypair, version),
        "user_id": keypair.user_id,
        "id": keypair.id,
        "created_at": microseconds(keypair.created_at),
        "updated_at": None,
        "deleted": False,
        "deleted_at": None,
    }
