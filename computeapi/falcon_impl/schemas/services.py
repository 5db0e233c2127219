"""Request bodies of compute services (API reference, "Compute services")."""

from computeapi.api import services as contract
from computeapi.api import values
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import BOOLEAN, SHORT, choice, matching, record
from computeapi.falcon_impl.validation import Body

_TEXT: Schema = {**SHORT, "minLength": 1}

UPDATE_BY_HOST = Body(
    record(
        {
            "host": matching(values.HOST_NAME),
            "binary": _TEXT,
            "disabled_reason": _TEXT,
            "forced_down": In(contract.FORCED_DOWN, BOOLEAN),
        },
        required=("host", "binary"),
    )
)
UPDATE = Body(
    record(
        {
            "status": choice(contract.STATUSES),
            "disabled_reason": _TEXT,
            "forced_down": BOOLEAN,
        }
    )
)
