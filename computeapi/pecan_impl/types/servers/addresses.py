"""The addresses of a server."""

from collections.abc import Sequence
from typing import Any

from wsme.types import ArrayType

from computeapi.api.openapi.schemas import Schema
from computeapi.api.servers import addresses as facts
from computeapi.api.servers.changes import ADDRESS_ACTIONS
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import Anything, IpAddress


class ListedAddress(ResponseType):
    """An address of a server in the list of its addresses."""

    addr = str
    version = int


class Addresses(ResponseType):
    """The addresses of a server, by network."""

    addresses = {str: ArrayType(ListedAddress)}


def entries(addresses: Sequence[facts.Address]) -> list[ListedAddress]:
    """Return the entries of a list of addresses."""
    return [ListedAddress(addr=one["addr"], version=one["version"]) for one in addresses]


class NetworkId(Anything):
    """The id of a network, as a string or a number."""

    name = "network id"

    def frombasetype(self, value: Any) -> str:
        """Convert the value that came."""
        if isinstance(value, str) and 1 <= len(value) <= facts.MAX_NETWORK_ID:
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise ValueError("Value should be the id of a network")

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": ["string", "number"], "minLength": 1, "maxLength": facts.MAX_NETWORK_ID}


class NetworkOfServer(RequestType):
    """The parameters of ``addFixedIp``."""

    network_id = RequestField(NetworkId(), name="networkId", mandatory=True)


class AddressOfServer(RequestType):
    """The parameters of ``removeFixedIp`` and ``removeFloatingIp``."""

    address = RequestField(IpAddress(), mandatory=True)


class FloatingIpOfServer(AddressOfServer):
    """The parameters of ``addFloatingIp``."""

    fixed_address = RequestField(IpAddress(), default=None)


class AddressActions(RequestType):
    """``addFixedIp``, ``removeFixedIp``, ``addFloatingIp`` and ``removeFloatingIp``."""

    add_fixed_ip = RequestField(NetworkOfServer, name="addFixedIp", span=ADDRESS_ACTIONS)
    remove_fixed_ip = RequestField(AddressOfServer, name="removeFixedIp", span=ADDRESS_ACTIONS)
    add_floating_ip = RequestField(FloatingIpOfServer, name="addFloatingIp", span=ADDRESS_ACTIONS)
    remove_floating_ip = RequestField(
        AddressOfServer, name="removeFloatingIp", span=ADDRESS_ACTIONS
    )
