"""Parameters of the actions on power (API reference, "Servers - run an action")."""

from computeapi.api import values
from computeapi.falcon_impl.schemas.values import choice, record

REBOOT = record({"type": choice(values.REBOOTS)}, required=("type",))
