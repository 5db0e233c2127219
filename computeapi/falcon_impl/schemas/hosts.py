"""Request bodies of hosts (API reference, "Hosts")."""

from computeapi.api import hosts as contract
from computeapi.falcon_impl.schemas.values import choice, record
from computeapi.falcon_impl.validation import Body

_STATE = choice(contract.STATES)

UPDATE = Body({**record({"status": _STATE, "maintenance_mode": _STATE}), "minProperties": 1})
