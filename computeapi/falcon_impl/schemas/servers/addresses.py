"""Parameters of the actions on addresses (API reference, "Servers - run an action")."""

from computeapi.api.servers.addresses import MAX_NETWORK_ID
from computeapi.falcon_impl.schemas.values import IP, record

_NETWORK_ID = {"type": ["string", "number"], "minLength": 1, "maxLength": MAX_NETWORK_ID}
ADD_FIXED_IP = record({"networkId": _NETWORK_ID}, required=("networkId",))
ADDRESS = record({"address": IP}, required=("address",))
ADD_FLOATING_IP = record({"address": IP, "fixed_address": IP}, required=("address",))
