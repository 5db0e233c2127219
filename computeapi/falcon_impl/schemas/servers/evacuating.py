"""Parameters of evacuations (API reference, "Servers - run an action")."""

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import BOOLEAN, matching, record

_SOMEWHERE: Schema = {"host": matching(values.HOST), "adminPass": {"type": "string"}}
EVACUATE = (
    In(
        changes.ON_SHARED_STORAGE,
        record({**_SOMEWHERE, "onSharedStorage": BOOLEAN}, required=("onSharedStorage",)),
    ),
    In(
        changes.EVACUATED_WITHOUT_PASSWORD,
        record({**_SOMEWHERE, "force": In(changes.FORCED_EVACUATION, BOOLEAN)}),
    ),
)
