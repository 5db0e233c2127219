"""The deletion of servers."""

from computeapi.domain.context import Context
from computeapi.domain.hosts import Usage
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.quotas import check_servers
from computeapi.domain.servers import Server, actions
from computeapi.policies.servers import deletion as rules
from computeapi.ports.database import Transaction
from computeapi.service.quotas import PROJECT_LOCK, QuotaReader
from computeapi.service.servers.acceptance import Acceptance, require_unlocked

_DELETE, _SOFT_DELETE = actions.DELETE.name, actions.SOFT_DELETE.name


class Deletion:
    """Delete servers, and restore those whose delete is deferred.

    :param defers: whether a deleted server can be restored for some time.
    :param host_down_after: seconds without a sign of life after which a host counts as down.
    """

    def __init__(
        self, acceptance: Acceptance, quotas: QuotaReader, defers: bool, host_down_after: float
    ) -> None:
        self._acceptance = acceptance
        self._quotas = quotas
        self._defers = defers
        self._host_down_after = host_down_after

    def delete(self, context: Context, server_id: str) -> None:
        """Accept to delete a server, in any state.

        Where deletes are deferred, its guest is shut down, and it can be restored for some time.

        Where no worker could do it (it is on no host, or its host is down) the server
        is deleted here and now; what is left of it on a host goes when that host's worker is
        back and reconciles. A delete that is under way already is tried again at once.

        :raises NotFound: when there is none that the caller may know of.
        :raises Conflict: when it is locked.
        """
        self._delete(context, server_id, rules.DELETE, self._defers)

    def force_delete(self, context: Context, server_id: str) -> None:
        """Accept to delete a server at once, in any state, also one that could be restored.

        :raises: as :meth:`delete`.
        """
        self._delete(context, server_id, rules.FORCE_DELETE, defers=False)

    def restore(self, context: Context, server_id: str) -> None:
        """Accept to restore a server whose delete is deferred; it gets its former state.

        :raises Forbidden: when the caller may not restore it.
        :raises NotFound: when there is none that the caller may know of, as when it is deleted.
        :raises Conflict: when it is locked, or its delete is not deferred.
        :raises QuotaExceeded: when the project would use more than it may.
        """
        acceptance, action = self._acceptance, actions.RESTORE
        with acceptance.db.write() as tx:
            server = acceptance.load(tx, context, server_id, rules.RESTORE)
            # A request that locks servers locks their project before.
            tx.lock(PROJECT_LOCK.format(server.project_id))
            server = acceptance.load(tx, context, server_id, rules.RESTORE, lock=True)
            require_unlocked(context, server, action)
            server.require_ready(action)
            self._check_quotas(tx, server)
            # One that cannot be restored now stays for as long as one that is deleted now.
            server.soft_deleted_at = tx.now()
            host = acceptance.queue(tx, context, server, action)
        acceptance.rpc_client.cast(host)

    def _check_quotas(self, tx: Transaction, server: Server) -> None:
        """Refuse a server that would take its project, or its user in it, over the quotas.

        :raises QuotaExceeded: naming each resource that does not suffice.
        """
        vcpus = server.vcpus + server.reserved_vcpus
        more = Usage(1, vcpus, server.memory_mb + server.reserved_memory_mb, 0)
        limits = self._quotas.of_both(tx, server.project_id, server.user_id)
        for owner, quotas in zip((None, server.user_id), limits, strict=True):
            check_servers(quotas, tx.servers.usage(server.project_id, owner), more)

    def _delete(self, context: Context, server_id: str, rule: str, defers: bool) -> None:
        acceptance = self._acceptance
        with acceptance.db.write() as tx:
            server = acceptance.load(tx, context, server_id, rule, lock=True)
            require_unlocked(context, server, actions.DELETE)
            host = self._defer(tx, context, server) if defers else None
            host = host or self._delete_at_once(tx, context, server)
        if host is not None:
            acceptance.rpc_client.cast(host)

    def _defer(self, tx: Transaction, context: Context, server: Server) -> str | None:
        """Keep a delete that is deferred; return its host.

        :returns: None when the server is to be deleted at once: it was never launched, is on no
            host or on one that is down, or is being deleted at once already.
        """
        if server.launched_at is None or server.host is None or not self._is_up(tx, server.host):
            return None
        unfinished = {o.action: o.host for o in tx.operations.unfinished(server.id)}
        if _DELETE in unfinished:
            return None
        server.soft_deleted_at = tx.now()
        if _SOFT_DELETE not in unfinished:
            return self._acceptance.queue(tx, context, server, actions.SOFT_DELETE)
        tx.servers.save(server)
        tx.operations.expedite(server.id)
        return unfinished[_SOFT_DELETE]

    def _delete_at_once(self, tx: Transaction, context: Context, server: Server) -> str | None:
        """Keep a delete; return its host, or None when the server is deleted already."""
        unfinished = tx.operations.unfinished(server.id)
        if any(not self._is_up(tx, o.host) for o in unfinished if o.action != _DELETE):
            # No worker carries it out or ends it, and this one would wait for it.
            tx.operations.cancel(server.id, "The server was deleted without its host.")
            unfinished = []
        running = next((o for o in unfinished if o.action == _DELETE), None)
        host = self._host_of_delete(tx, server, running)
        if host is None:
            self._delete_now(tx, context, server)
        elif running:
            tx.operations.expedite(server.id)
        else:
            self._acceptance.queue(tx, context, server, actions.DELETE, target_host=host)
        return host

    def _host_of_delete(
        self, tx: Transaction, server: Server, running: Operation | None
    ) -> str | None:
        """Return the host whose worker deletes a server, or begins to; None when all are down.

        A server that moves has a guest on another host, or gets one there.

        :param running: the delete that is under way already.
        """
        if running is not None:
            return running.host if self._is_up(tx, running.host) else None
        names = [server.host, *(claim.host for claim in tx.claims.of_server(server.id))]
        return next((name for name in names if name and self._is_up(tx, name)), None)

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
