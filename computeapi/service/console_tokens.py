"""The operations on console tokens."""

from computeapi.domain.console_tokens import ConsoleToken, ConsoleType, hash_of
from computeapi.domain.context import Context
from computeapi.domain.errors import Forbidden, NotFound
from computeapi.policies import console_tokens as rules
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy


class ConsoleTokens:
    """Show the consoles that tokens open."""

    def __init__(self, db: Database, policy: Policy) -> None:
        self._db = db
        self._policy = policy

    def get(self, context: Context, token: str) -> ConsoleToken:
        """Return the console that a token opens.

        :raises Forbidden: when the caller may not see it.
        :raises NotFound: when the token is unknown, or has expired.
        """
        self._policy.authorize(context, rules.SHOW)
        found = _found(self._db, token)
        if found is None:
            raise NotFound("Token not found.")
        return found


class ConsoleAccess:
    """Admits the holders of tokens to consoles, for the console proxy."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def admit(self, token: str, console_type: ConsoleType) -> ConsoleToken:
        """Return the console that a token opens.

        :param console_type: of the console that the holder asks for; a token is for one type only.
        :raises Forbidden: when the token is unknown, has expired, or is for another type.
        :raises Unavailable: when the database does not answer.
        """
        found = _found(self._db, token)
        if found is None or found.console_type != console_type:
            raise Forbidden(
                "This URL of a console has expired, or never was one: ask for a new one."
            )
        return found


def _found(db: Database, token: str) -> ConsoleToken | None:
    with db.read() as tx:
        return tx.console_tokens.by_token(hash_of(token), tx.now())
