"""The deletion of servers."""

from computeapi.domain.context import Context
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import Server, actions
from computeapi.policies.servers import deletion as rules
from computeapi.ports.database import Transaction
from computeapi.service.servers.acceptance import Acceptance, require_unlocked

_DELETE = actions.DELETE.name


class Deletion:
    """Delete servers.

    :param host_down_after: seconds without a sign of life after which a host counts as down.
    """

    def __init__(self, acceptance: Acceptance, host_down_after: float) -> None:
        self._acceptance = acceptance
        self._host_down_after = host_down_after

    def force_delete(self, context: Context, server_id: str) -> None:
        """Accept to delete a server at once; no delete is deferred here.

        :raises: as :meth:`delete`.
        """
        self.delete(context, server_id, rules.FORCE_DELETE)

    def restore(self, context: Context, server_id: str) -> None:
        """Refuse to restore a server: deletes are not deferred, and no server waits for its end.

        :raises Forbidden: when the caller may not restore it.
        :raises NotFound: when there is none that the caller may know of, as when it is deleted.
        :raises Conflict: when it is not deleted.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.RESTORE)
        require_unlocked(context, server, actions.RESTORE)
        server.require_state(actions.RESTORE)

    def delete(self, context: Context, server_id: str, rule: str = rules.DELETE) -> None:
        """Accept to delete a server, in whatever state it is.

        Where no worker could do it (it is on no host, or its host is down) the server
        is deleted here and now; what is left of it on a host goes when that host's worker is
        back and reconciles. A delete that is under way already is tried again at once.

        :param rule: the policy of the request.
        :raises NotFound: when there is none that the caller may know of.
        :raises Conflict: when it is locked.
        """
        acceptance = self._acceptance
        with acceptance.db.write() as tx:
            server = acceptance.load(tx, context, server_id, rule, lock=True)
            require_unlocked(context, server, actions.DELETE)
            unfinished = tx.operations.unfinished(server.id)
            if any(not self._is_up(tx, o.host) for o in unfinished if o.action != _DELETE):
                # Nobody carries it out or ends it, and this one would wait for it.
                tx.operations.cancel(server.id, "The server was deleted without its host.")
                unfinished = []
            running = next((o for o in unfinished if o.action == _DELETE), None)
            name = running.host if running else server.host
            host = tx.hosts.get(name) if name else None
            if host is None or not host.is_up(tx.now(), self._host_down_after):
                return self._delete_now(tx, context, server)
            if running:
                tx.operations.expedite(server.id)
            else:
                acceptance.queue(tx, context, server, actions.DELETE)
        acceptance.caller.cast(host.name)
        return None

    def _is_up(self, tx: Transaction, name: str) -> bool:
        host = tx.hosts.get(name)
        return host is not None and host.is_up(tx.now(), self._host_down_after)

    @staticmethod
    def _delete_now(tx: Transaction, context: Context, server: Server) -> None:
        """Delete a server without a worker, and keep an operation that is done already."""
        tx.operations.cancel(server.id, "The server was deleted without its host.")
        now = tx.now()
        operation = Operation.of(
            actions.DELETE,
            server,
            context.require_user(),
            context.request_id,
            state=OperationState.DONE,
            created_at=now,
            finished_at=now,
        )
        tx.operations.add(operation)
        server.mark_deleted(now)
        tx.servers.save(server)
