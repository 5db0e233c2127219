"""Parameters of the actions that lock servers (API reference, "Servers - run an action")."""

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import ANYTHING

_REASON: Schema = {"type": "string", "minLength": 1, "maxLength": values.MAX_LENGTH}
LOCK = (
    In(changes.LOCK_WITHOUT_REASON, ANYTHING),
    In(
        changes.LOCK_REASON,
        {
            "type": ["object", "null"],
            "properties": {"locked_reason": _REASON},
            "additionalProperties": False,
        },
    ),
)
