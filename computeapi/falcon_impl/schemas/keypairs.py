"""Request bodies of keypairs (API reference, "Keypairs")."""

from typing import Any

from computeapi.api import keypairs as contract
from computeapi.api import values
from computeapi.api.versions import MIN
from computeapi.domain.keypairs import NewKeypair
from computeapi.falcon_impl.schemas.values import NAME, Schema, choice, matching, record
from computeapi.falcon_impl.validation import Body

_KEYPAIR: Schema = {
    "name": {**NAME, **matching(values.KEYPAIR_NAME)},
    "public_key": {"type": "string"},
}
_TYPED: Schema = {**_KEYPAIR, "type": choice(values.KEYPAIR_TYPES)}
_OWNED: Schema = {**_TYPED, "user_id": {"type": "string"}}


def _body(keypair: Schema) -> Schema:
    return record({"keypair": record(keypair, required=("name",))}, required=("keypair",))


CREATE = Body(
    {
        MIN: _body(_KEYPAIR),
        contract.TYPE.first: _body(_TYPED),
        contract.USER_ID.first: _body(_OWNED),
    }
)


def new_keypair(body: dict[str, Any]) -> NewKeypair:
    """Read a body that :data:`CREATE` let through."""
    return NewKeypair(**body["keypair"])
