"""Request bodies of keypairs (API reference, "Keypairs")."""

from typing import Any

from computeapi.api import keypairs as contract
from computeapi.api import values
from computeapi.domain.keypairs import NewKeypair
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import NAME, choice, matching, record
from computeapi.falcon_impl.validation import Body

_KEYPAIR: Schema = {
    "name": (
        In(contract.GENERATED, {**NAME, **matching(values.KEYPAIR_NAME)}),
        In(contract.IMPORTED, {**NAME, **matching(values.IMPORTED_KEYPAIR_NAME)}),
    ),
    "public_key": (
        In(contract.GENERATED, {"type": "string"}),
        In(contract.IMPORTED, {"type": "string"}, required=True),
    ),
    "type": In(contract.TYPE, choice(values.KEYPAIR_TYPES)),
    "user_id": In(contract.USER_ID, {"type": "string"}),
}

CREATE = Body(record({"keypair": record(_KEYPAIR, required=("name",))}, required=("keypair",)))


def new_keypair(body: dict[str, Any]) -> NewKeypair:
    """Read a body that :data:`CREATE` let through."""
    return NewKeypair(**body["keypair"])
