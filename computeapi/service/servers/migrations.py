"""The live migrations of a server that go on."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.migrations import Migration
from computeapi.policies.servers import migrations as rules
from computeapi.ports.policy import Policy
from computeapi.service.migrations import without_hosts
from computeapi.service.servers.acceptance import Acceptance


class Migrations:
    """List and show the live migrations of servers (API reference, "Server migrations")."""

    def __init__(self, acceptance: Acceptance, policy: Policy) -> None:
        self._acceptance = acceptance
        self._policy = policy

    def list(self, context: Context, server_id: str) -> Sequence[Migration]:
        """Return the live migrations of a server that go on, oldest first.

        :raises NotFound: when there is no server that the caller may know of.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.INDEX)
            found = tx.migrations.in_progress(server.id)
        if self._policy.allows(context, rules.HOSTS):
            return found
        return [without_hosts(migration) for migration in found]

    def get(self, context: Context, server_id: str, migration_id: str) -> Migration:
        """Return a live migration of a server that goes on.

        :raises NotFound: when there is no such server, or no such migration of it.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.SHOW)
            found = tx.migrations.in_progress(server.id)
        migration = next((one for one in found if str(one.id) == migration_id), None)
        if migration is None:
            raise NotFound(
                f"In-progress live migration {migration_id} is not found for server {server.id}."
            )
        return migration
