"""The parameters of a rebuild (API reference, "Rebuild Server")."""

from typing import Any

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.domain.servers import Rebuild
from computeapi.falcon_impl.schemas.servers import changing
from computeapi.falcon_impl.schemas.servers.creation import CERTIFICATES, FILE
from computeapi.falcon_impl.schemas.spans import In
from computeapi.falcon_impl.schemas.values import BOOLEAN, METADATA, NAME, UUID, array, record

REBUILD = record(
    {
        **changing.CHANGEABLE,
        "imageRef": UUID,
        "adminPass": {"type": "string"},
        "metadata": METADATA,
        "preserve_ephemeral": BOOLEAN,
        "personality": In(changes.PERSONALITY, array(FILE)),
        "key_name": In(changes.REBUILT_KEY, {**NAME, "type": ["string", "null"]}),
        "user_data": In(
            changes.REBUILT_USER_DATA,
            {"type": ["string", "null"], "maxLength": values.MAX_USER_DATA},
        ),
        "trusted_image_certificates": In(changes.CERTIFICATES, CERTIFICATES),
    },
    required=("imageRef",),
)
#: The API's name of a property that is plainly set -> the domain's.
_FIELDS = {
    **changing.FIELDS,
    "metadata": "metadata",
    "key_name": "key_name",
    "user_data": "user_data",
    "trusted_image_certificates": "trusted_certificates",
}


def read(parameters: dict[str, Any]) -> Rebuild:
    """Read parameters that :data:`REBUILD` let through."""
    return Rebuild(
        image_ref=parameters["imageRef"],
        changes=changing.fields(parameters, _FIELDS),
        admin_password=parameters.get("adminPass"),
        personality=parameters.get("personality", []),
        preserve_ephemeral=values.boolean(parameters.get("preserve_ephemeral", False)),
    )
