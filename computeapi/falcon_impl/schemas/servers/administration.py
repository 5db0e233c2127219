"""Parameters of actions that administer servers (API reference, "Servers - run an action")."""

from computeapi.api.servers.status import RESET_STATES
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.schemas.values import choice, record

RESET_STATE = record({"state": choice(RESET_STATES)}, required=("state",))
CHANGE_PASSWORD = record({"adminPass": {"type": "string"}}, required=("adminPass",))
CRASH_DUMP: Schema = {"type": "null"}
