"""Lock and unlock servers."""

from computeapi.domain.context import Context
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import LOCKED_BY_ADMIN, LOCKED_BY_OWNER, Server, actions
from computeapi.domain.servers.actions import Action
from computeapi.policies.servers import locking as rules
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance


class Locking:
    """Lock servers, so that their owners' actions on them are refused, and unlock them."""

    def __init__(self, acceptance: Acceptance, policy: Policy) -> None:
        self._acceptance = acceptance
        self._policy = policy

    def lock(self, context: Context, server_id: str, reason: str | None = None) -> None:
        """Lock a server.

        :raises NotFound: when there is none that the caller may know of.
        """
        with self._acceptance.db.write() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.LOCK, lock=True)
            server.lock(_role(context, server), reason)
            _keep(tx, context, server, actions.LOCK)

    def unlock(self, context: Context, server_id: str) -> None:
        """Unlock a server.

        :raises NotFound: when there is none that the caller may know of.
        :raises Forbidden: when it was locked by another role, and the caller may not override that.
        """
        with self._acceptance.db.write() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.UNLOCK, lock=True)
            if server.locked_by not in (None, _role(context, server)):
                owner = {"project_id": server.project_id, "user_id": server.user_id}
                self._policy.authorize(context, rules.UNLOCK_OVERRIDE, owner)
            server.unlock()
            _keep(tx, context, server, actions.UNLOCK)


def _role(context: Context, server: Server) -> str:
    """Return the role in which a caller locks and unlocks a server."""
    return LOCKED_BY_OWNER if context.project_id == server.project_id else LOCKED_BY_ADMIN


def _keep(tx: Transaction, context: Context, server: Server, action: Action) -> None:
    """Keep a changed lock, and an operation that is done already."""
    now = tx.now()
    server.updated_at = now
    tx.servers.save(server)
    user_id = context.require_user()
    operation = Operation.of(
        action,
        server,
        user_id,
        context.request_id,
        state=OperationState.DONE,
        created_at=now,
        finished_at=now,
    )
    tx.operations.add(operation)
