"""The repository of console tokens."""

from datetime import datetime
from typing import Protocol

from computeapi.domain.console_tokens import ConsoleToken


class ConsoleTokenRepository(Protocol):
    """Tokens that open consoles."""

    __slots__ = ()

    def by_token(self, token_hash: str, now: datetime) -> ConsoleToken | None:
        """Return the token of a hash, unless it has expired."""

    def by_access(self, access_hash: str, now: datetime) -> ConsoleToken | None:
        """Return the token whose access path has a hash, unless it has expired."""

    def add(self, token: ConsoleToken) -> None:
        """Keep a new token."""

    def remove_expired(self, now: datetime) -> None:
        """Remove the tokens that have expired."""

    def remove_of(self, server_id: str) -> None:
        """Remove all tokens of a server."""
