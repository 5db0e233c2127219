"""The repository of the passwords that guests have posted."""

from typing import Protocol


class ServerPasswordRepository(Protocol):
    """Passwords of servers, each encrypted with its owner's key."""

    __slots__ = ()

    def get(self, server_id: str) -> str | None:
        """Return the encrypted password of a server, or None when it has none."""

    def set(self, server_id: str, password: str) -> None:
        """Keep the encrypted password of a server, in place of one that it has."""

    def remove(self, server_id: str) -> None:
        """Forget the password of a server. None to forget is no error."""
