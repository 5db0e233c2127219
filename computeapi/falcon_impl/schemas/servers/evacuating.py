"""Parameters of evacuations (API reference, "Servers - run an action")."""

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.falcon_impl.schemas.spans import In
from computeapi.falcon_impl.schemas.values import BOOLEAN, matching, record

EVACUATE = record(
    {
        "host": matching(values.HOST),
        "adminPass": {"type": "string"},
        "onSharedStorage": In(changes.ON_SHARED_STORAGE, BOOLEAN, required=True),
        "force": In(changes.FORCED_EVACUATION, BOOLEAN),
    }
)
