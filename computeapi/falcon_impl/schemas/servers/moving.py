"""Parameters of the actions that move servers (API reference, "Servers - run an action")."""

from computeapi.api import values
from computeapi.falcon_impl.schemas.values import FLAVOR_REF, choice, record

RESIZE = record(
    {"flavorRef": FLAVOR_REF, "OS-DCF:diskConfig": choice(values.DISK_CONFIGS)},
    required=("flavorRef",),
)
