"""Parameters of the actions that move servers to another host (API reference, "Servers")."""

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import ANYTHING

HOST_OR_NULL: Schema = {
    "type": ["string", "null"],
    "pattern": f"^{values.HOST}$",
}
MIGRATE = (
    In(changes.MIGRATED_ANYWHERE, ANYTHING),
    In(
        changes.MIGRATED_TO_HOST,
        {
            "type": ["object", "null"],
            "properties": {"host": HOST_OR_NULL},
            "additionalProperties": False,
        },
    ),
)
