"""A keypair: a user's public key, kept to be put into their servers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Keypair:
    """The order of the fields is that of the table's columns.

    :ivar type: "ssh" or "x509".
    """

    id: int | None
    user_id: str
    name: str
    type: str
    public_key: str
    fingerprint: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewKeypair:
    """A keypair to create; for ``public_key`` None the service generates the pair.

    :ivar user_id: whose; None means the caller's own.
    """

    name: str
    type: str = "ssh"
    public_key: str | None = None
    user_id: str | None = None
