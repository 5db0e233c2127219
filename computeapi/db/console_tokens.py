"""Console tokens as rows."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import CONSOLE_TOKEN, console_tokens
from computeapi.domain.console_tokens import ConsoleToken
from computeapi.ports.console_tokens import ConsoleTokenRepository

_columns = console_tokens.c
_NOW: sa.BindParameter[datetime] = sa.bindparam("moment", type_=_columns.expires_at.type)
_LIVE = sa.select(*CONSOLE_TOKEN).where(_columns.expires_at > _NOW)
_HASH: sa.BindParameter[str] = sa.bindparam("secret_hash")
_BY_TOKEN = Prepared(_LIVE.where(_columns.token_hash == _HASH), ConsoleToken)
_BY_ACCESS = Prepared(_LIVE.where(_columns.access_hash == _HASH), ConsoleToken)
_ADD = sa.insert(console_tokens)
_REMOVE_EXPIRED = sa.delete(console_tokens).where(_columns.expires_at <= _NOW)
_REMOVE_OF = sa.delete(console_tokens).where(_columns.server_id == sa.bindparam("server"))


class ConsoleTokens(ConsoleTokenRepository):
    """The repository of console tokens."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_token(self, token_hash: str, now: datetime) -> ConsoleToken | None:
        """Return the token of a hash, unless it has expired."""
        return self._found(_BY_TOKEN, token_hash, now)

    def by_access(self, access_hash: str, now: datetime) -> ConsoleToken | None:
        """Return the token whose access path has a hash, unless it has expired."""
        return self._found(_BY_ACCESS, access_hash, now)

    def _found(
        self, prepared: Prepared[ConsoleToken], secret_hash: str, now: datetime
    ) -> ConsoleToken | None:
        found = self._session.objects(prepared, {"secret_hash": secret_hash, "moment": now})
        return found[0] if found else None

    def add(self, token: ConsoleToken) -> None:
        """Keep a new token."""
        self._session.execute(_ADD, asdict(token))

    def remove_expired(self, now: datetime) -> None:
        """Remove the tokens that have expired."""
        self._session.execute(_REMOVE_EXPIRED, {"moment": now})

    def remove_of(self, server_id: str) -> None:
        """Remove all tokens of a server."""
        self._session.execute(_REMOVE_OF, {"server": server_id})
