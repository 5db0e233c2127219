"""The password that a server keeps for its owner."""

from computeapi.pecan_impl.types.responses import ResponseType


class Password(ResponseType):
    """The encrypted password of a server; empty when there is none."""

    password = str
