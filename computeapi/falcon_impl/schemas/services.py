"""Request bodies of compute services (API reference, "Compute services")."""

from computeapi.api import services as contract
from computeapi.api import values
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import BOOLEAN, SHORT, choice, matching, record
from computeapi.falcon_impl.validation import Body

_TEXT: Schema = {**SHORT, "minLength": 1}

#: Until 2.52 a request names the host and the program, and the path what is to change.
UPDATE = Body(
    record(
        {
            "host": In(contract.UPDATE_BY_HOST, matching(values.HOST_NAME), required=True),
            "binary": In(contract.UPDATE_BY_HOST, _TEXT, required=True),
            "status": In(contract.UUID, choice(contract.STATUSES)),
            "disabled_reason": _TEXT,
            "forced_down": In(contract.FORCED_DOWN, BOOLEAN),
        }
    )
)
