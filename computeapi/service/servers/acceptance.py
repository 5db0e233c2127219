"""The acceptance of an action on a server: load, authorise, check the state, keep the operation."""

import time
from collections.abc import Callable
from typing import TypeVar

from computeapi.domain.context import Context
from computeapi.domain.errors import Error, Invalid, NotFound, Unavailable, error_of
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import Server, ShownServer
from computeapi.domain.servers.actions import Action
from computeapi.ports.database import Database, Transaction
from computeapi.ports.messaging import RPCClient
from computeapi.ports.policy import Policy

S = TypeVar("S", bound=ShownServer)

#: Prepares a server for an action, in the transaction that accepts it.
Prepare = Callable[[Transaction, Server], None]

#: Seconds that a request waits for an operation, and between two looks at it.
_PATIENCE = 120.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5


class Acceptance:
    """Accepts actions on servers, of every theme.

    :ivar db: the database.
    :ivar rpc_client: wakes the workers of hosts, and asks them.
    """

    def __init__(self, db: Database, policy: Policy, rpc_client: RPCClient) -> None:
        self.db = db
        self.rpc_client = rpc_client
        self._policy = policy

    def accept(
        self,
        context: Context,
        server_id: str,
        action: Action,
        rule: str,
        params: dict[str, object] | None = None,
        prepare: Prepare | None = None,
    ) -> None:
        """Keep an operation on a server, and wake the host that carries it out.

        :param rule: the policy of the action.
        :param params: the action's parameters.
        :param prepare: checks and changes the server further before the operation is kept.
        :raises Forbidden: when the caller may not do this.
        :raises NotFound: when there is no server that the caller may know of.
        :raises Conflict: when the server's state forbids the action, or it is on no host yet.
        """
        with self.db.write() as tx:
            server = self.load(tx, context, server_id, rule, lock=True)
            require_unlocked(context, server, action)
            server.require_ready(action)
            if prepare is not None:
                prepare(tx, server)
            host = self.queue(tx, context, server, action, params)
        self.rpc_client.cast(host)

    def read(self, context: Context, server_id: str, rule: str) -> Server:
        """Return a server in a transaction of its own; see :meth:`load`."""
        with self.db.read() as tx:
            return self.load(tx, context, server_id, rule)

    def show(self, context: Context, server_id: str, rule: str) -> ShownServer:
        """Return a server as far as its document shows it; the rest is as of :meth:`load`."""
        self._policy.authorize_scope(context, rule)
        with self.db.read() as tx:
            server = tx.servers.get_shown(server_id)
        return self._authorized(context, server, server_id, rule)

    def load(
        self,
        tx: Transaction,
        context: Context,
        server_id: str,
        rule: str,
        lock: bool = False,
        with_deleted: bool = False,
    ) -> Server:
        """Load a server and check that the caller may do this to it.

        Another project's server does not exist for a caller who is no administrator.

        :param rule: the policy of the operation.
        :param lock: whether the row is locked until the transaction ends.
        :param with_deleted: whether the server may be a deleted one.
        :raises Forbidden: when the caller may not do this, or not with a token of this scope.
        :raises NotFound: when there is no server that the caller may know of.
        """
        self._policy.authorize_scope(context, rule)
        servers = tx.servers
        server = servers.get_any(server_id) if with_deleted else servers.get(server_id, lock=lock)
        return self._authorized(context, server, server_id, rule)

    def _authorized(self, context: Context, server: S | None, server_id: str, rule: str) -> S:
        """Return a server that was read, if the caller may do this to it."""
        if server is None or not (context.is_admin or server.project_id == context.project_id):
            raise NotFound(f"Instance {server_id} could not be found.")
        owner = {"project_id": server.project_id, "user_id": server.user_id}
        self._policy.authorize(context, rule, owner)
        return server

    def wait_for(self, server_id: str, request_id: str) -> None:
        """Wait until the operation that a request asked for has ended.

        :raises Unavailable: when it takes too long; it goes on.
        :raises Error: when it failed: the error that it failed with, as far as it is kept.
        """
        deadline = time.monotonic() + _PATIENCE
        pause = _SHORTEST_PAUSE
        while True:
            with self.db.read() as tx:
                operation = tx.operations.of_request(server_id, request_id)
            if operation is None or operation.state == OperationState.DONE:
                return
            if operation.finished_at is not None:
                raise _failure(operation)
            if time.monotonic() > deadline:
                raise Unavailable(f"The {operation.action} takes longer than the request.")
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    @staticmethod
    def queue(
        tx: Transaction,
        context: Context,
        server: Server,
        action: Action,
        params: dict[str, object] | None = None,
        target_host: str | None = None,
    ) -> str:
        """Keep an operation and the server's new task state; return the host it is for.

        :param target_host: the other host of the operation, if it has one.
        :raises Conflict: when the server's state, or its lock, forbids the action.
        """
        require_unlocked(context, server, action)
        now = tx.now()
        operation = Operation.of(
            action,
            server,
            context.require_user(),
            context.request_id,
            params=params or {},
            target_host=target_host,
            created_at=now,
        )
        server.begin(action)
        server.updated_at = now
        tx.servers.save(server)
        # One that rests would keep this one waiting.
        tx.operations.expedite(server.id)
        tx.operations.add(operation)
        return operation.host

    @staticmethod
    def keep_failure(
        tx: Transaction, context: Context, server: Server, action: Action, message: str
    ) -> None:
        """Keep an operation that failed before it began; the server stays as it is.

        :param message: why it failed.
        """
        _keep_ended(tx, context, server, action, OperationState.FAILED, message)

    @staticmethod
    def keep_done(tx: Transaction, context: Context, server: Server, action: Action) -> None:
        """Keep an operation that the request itself has carried out."""
        _keep_ended(tx, context, server, action, OperationState.DONE)


def require_unlocked(context: Context, server: Server, action: Action) -> None:
    """Raise Conflict when a server's lock keeps the caller from an action.

    :raises Conflict: when it does; administrators may do everything to a locked server.
    """
    if not (context.is_admin or action.allowed_when_locked):
        server.require_unlocked()


def _failure(operation: Operation) -> Error:
    """Return the error that an operation failed with.

    The error is kept of one that was undone; of any other its message alone.
    """
    code = operation.fault.code if operation.fault else Error.code
    return error_of(code, operation.message or f"The {operation.action} failed.")


def boots_from_volume(server: Server, action: Action) -> Invalid:
    """Return the error for an action that cannot be done to a server that boots from a volume."""
    return Invalid(f"Cannot '{action.name}' instance {server.id}: it boots from a volume.")


def _keep_ended(
    tx: Transaction,
    context: Context,
    server: Server,
    action: Action,
    state: OperationState,
    message: str | None = None,
) -> None:
    """Keep an operation that no worker carries out."""
    now = tx.now()
    operation = Operation.of(
        action,
        server,
        context.require_user(),
        context.request_id,
        state=state,
        created_at=now,
        finished_at=now,
        message=message,
    )
    tx.operations.add(operation)
