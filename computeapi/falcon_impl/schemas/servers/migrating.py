"""Parameters of the actions that move servers to another host (API reference, "Servers")."""

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import ANYTHING, BOOLEAN, record

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
_AUTO: Schema = {**BOOLEAN, "enum": [*BOOLEAN["enum"], "auto"]}
MIGRATE_LIVE = record(
    {
        "host": HOST_OR_NULL,
        "block_migration": (
            In(changes.DISK_OVER_COMMIT, BOOLEAN),
            In(changes.BLOCK_MIGRATION_AUTO, _AUTO),
        ),
        "disk_over_commit": In(changes.DISK_OVER_COMMIT, BOOLEAN, required=True),
        "force": In(changes.FORCED_LIVE_MIGRATION, BOOLEAN),
    },
    required=("host", "block_migration"),
)
