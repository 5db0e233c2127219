"""Parameters of the actions that shelve servers (API reference, "Servers - run an action")."""

from computeapi.api.servers import changes
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import ANYTHING, NAME, record

_OR_NULL: Schema = {"type": ["object", "null"]}
UNSHELVE = (
    In(changes.UNSHELVE_WITHOUT_ZONE, ANYTHING),
    In(
        changes.UNSHELVE_ZONE,
        {**record({"availability_zone": NAME}, required=("availability_zone",)), **_OR_NULL},
    ),
    In(
        changes.UNSHELVE_HOST,
        {
            **record(
                {"availability_zone": {"type": ["string", "null"]}, "host": {"type": "string"}}
            ),
            **_OR_NULL,
        },
    ),
)
