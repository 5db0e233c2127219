"""The passwords that servers keep for their owners, encrypted with the owners' keys."""

from computeapi.domain.context import Context
from computeapi.policies.servers import passwords as rules
from computeapi.service.servers.acceptance import Acceptance


class Passwords:
    """Show and clear the password that a guest has posted."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def get(self, context: Context, server_id: str) -> str:
        """Return the encrypted password of a server; empty when there is none.

        :raises NotFound: when there is no server that the caller may know of.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.SHOW)
            return tx.server_passwords.get(server.id) or ""

    def clear(self, context: Context, server_id: str) -> None:
        """Forget the password of a server; its guest keeps it.

        :raises NotFound: when there is no server that the caller may know of.
        """
        with self._acceptance.db.write() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.CLEAR, lock=True)
            tx.server_passwords.remove(server.id)
