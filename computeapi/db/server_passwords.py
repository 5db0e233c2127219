"""The passwords that guests have posted, as rows."""

import sqlalchemy as sa

from computeapi.db.session import Session
from computeapi.db.tables import server_passwords
from computeapi.ports.server_passwords import ServerPasswordRepository

_columns = server_passwords.c
_IS_SERVER = _columns.server_id == sa.bindparam("server")
_GET = sa.select(_columns.password).where(_IS_SERVER)
_ADD = sa.insert(server_passwords)
_REMOVE = sa.delete(server_passwords).where(_IS_SERVER)


class ServerPasswords(ServerPasswordRepository):
    """The repository of passwords of servers."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, server_id: str) -> str | None:
        """Return the encrypted password of a server, or None when it has none."""
        row = self._session.execute(_GET, {"server": server_id}).first()
        return None if row is None else str(row[0])

    def set(self, server_id: str, password: str) -> None:
        """Keep the encrypted password of a server, in place of one that it has.

        The transaction has locked the server.

        :raises Invalid: when it is too long.
        """
        self.remove(server_id)
        self._session.execute(_ADD, {"server_id": server_id, "password": password})

    def remove(self, server_id: str) -> None:
        """Forget the password of a server. None to forget is no error."""
        self._session.execute(_REMOVE, {"server": server_id})
