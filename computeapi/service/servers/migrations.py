"""The live migrations of a server that go on."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound
from computeapi.domain.migrations import ABORTABLE, ABORTABLE_AT_FIRST, Migration
from computeapi.domain.servers import Server, actions
from computeapi.policies.servers import migrations as rules
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.migrations import without_hosts
from computeapi.service.servers.acceptance import Acceptance, require_unlocked


class ServerMigrations:
    """List, show and end the live migrations of servers (API reference, "Server migrations")."""

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
            return _of(tx, server, migration_id)

    def force_complete(self, context: Context, server_id: str, migration_id: str) -> None:
        """Accept to complete a live migration, however much its guest writes meanwhile.

        Guests are stopped while they are carried over, so that each migration completes by itself.

        :raises NotFound: when there is no such server, or no such migration of it.
        :raises Invalid: when the migration is not carrying the guest over.
        :raises Conflict: when the server is locked, or not being migrated.
        """
        with self._acceptance.db.write() as tx:
            self._running(tx, context, server_id, migration_id, rules.FORCE_COMPLETE)

    def abort(
        self, context: Context, server_id: str, migration_id: str, at_first: bool = False
    ) -> None:
        """Accept to end a live migration; the server goes on where it was.

        :param at_first: whether it has to be carrying the guest over, as until 2.64.
        :raises NotFound: when there is no such server, or no such migration of it.
        :raises Invalid: when it is too late, or too early.
        :raises Conflict: when the server is locked, or not being migrated.
        """
        statuses = ABORTABLE_AT_FIRST if at_first else ABORTABLE
        with self._acceptance.db.write() as tx:
            found = self._running(tx, context, server_id, migration_id, rules.DELETE, statuses)
            tx.migrations.abort(found.uuid)

    def _running(
        self,
        tx: Transaction,
        context: Context,
        server_id: str,
        migration_id: str,
        rule: str,
        statuses: tuple[str, ...] = ABORTABLE_AT_FIRST,
    ) -> Migration:
        """Return a live migration of a server, whose row is locked.

        :raises Invalid: when it has none of the statuses.
        """
        server = self._acceptance.load(tx, context, server_id, rule, lock=True)
        require_unlocked(context, server, actions.LIVE_MIGRATE)
        if server.task_state != actions.LIVE_MIGRATE.task:
            raise Conflict(
                f"Cannot change the migration of instance {server.id} while it is in task_state "
                f"{server.task_state}"
            )
        found = _of(tx, server, migration_id)
        if found.status not in statuses:
            raise Invalid(
                f"Migration {found.id} state of instance {server.id} is {found.status}. The "
                "migration has to be in another state for this."
            )
        return found


def _of(tx: Transaction, server: Server, migration_id: str) -> Migration:
    """Return a live migration of a server that goes on.

    :raises NotFound: when there is no such migration.
    """
    found = tx.migrations.in_progress(server.id)
    migration = next((one for one in found if str(one.id) == migration_id), None)
    if migration is None:
        raise NotFound(
            f"In-progress live migration {migration_id} is not found for server {server.id}."
        )
    return migration
