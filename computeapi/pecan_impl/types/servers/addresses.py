"""The addresses of a server."""

from collections.abc import Sequence

from wsme.types import ArrayType

from computeapi.api.servers import addresses as facts
from computeapi.pecan_impl.types.responses import ResponseType


class Address(ResponseType):
    """An address of a server in the list of its addresses."""

    addr = str
    version = int


class Addresses(ResponseType):
    """The addresses of a server, by network."""

    addresses = {str: ArrayType(Address)}


def entries(addresses: Sequence[facts.Address]) -> list[Address]:
    """Return the entries of a list of addresses."""
    return [Address(addr=one["addr"], version=one["version"]) for one in addresses]
