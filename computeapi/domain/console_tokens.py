"""Tokens that open the console of a server for a while.

The token itself is kept by its holder only: the database has hashes. A database that leaks opens
no console.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConsoleType(StrEnum):
    """The types of consoles that guests have (API reference, "Create Console")."""

    #: The screen, the keyboard and the mouse, by RFB (RFC 6143).
    NOVNC = "novnc"
    #: The serial line.
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """The address at which a host's worker lets consoles be reached.

    :ivar host: a name or an IP address. :ivar port: of TCP.
    """

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class ConsoleToken:
    """The right to open one console of one server.

    The order of the fields is that of the table's columns.

    :ivar token_hash: of the token.
    :ivar access_hash: of the path that the token's holder names to the relay.
    :ivar host: the name of the host that the server was on.
    :ivar relay_host: see :class:`RelayAddress`, as is ``relay_port``.
    """

    token_hash: str
    access_hash: str
    server_id: str
    console_type: str
    host: str
    relay_host: str
    relay_port: int
    expires_at: datetime


def make_token() -> str:
    """Return a new token; it has 122 random bits."""
    return str(uuid.uuid4())


def access_path(token: str) -> str:
    """Return the path by which the holder of a token is known to the relay.

    It follows from the token, so that it need not be kept, and does not give the token away.
    """
    digest = hashlib.sha256(f"access path of {token}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def hash_of(secret: str) -> str:
    """Return the hash by which a token or an access path is kept.

    A plain hash will do: there is no guessing a random text of this length.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
