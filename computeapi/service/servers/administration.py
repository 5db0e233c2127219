"""Actions that administer servers: their records, passwords and crash dumps."""

from computeapi.domain.context import Context
from computeapi.domain.errors import Error
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import Server, VmState, actions
from computeapi.domain.servers.actions import Action
from computeapi.policies.servers import administration as rules
from computeapi.ports.database import Transaction
from computeapi.service.servers.acceptance import Acceptance, require_unlocked


class Administration:
    """Put the records of servers right, change their passwords, and trigger crash dumps."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def reset_state(self, context: Context, server_id: str, vm_state: VmState) -> None:
        """Give a server another state, without a task; its guest stays as it is.

        An operation that is under way goes on, and gives the server its own state at its end.

        :param vm_state: ACTIVE or ERROR.
        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is no such server.
        """
        acceptance = self._acceptance
        with acceptance.db.write() as tx:
            server = acceptance.load(tx, context, server_id, rules.RESET_STATE, lock=True)
            _note(tx, context, server, actions.RESET_STATE)
            server.settle(vm_state)
            server.updated_at = tx.now()
            tx.servers.save(server)

    def inject_network_info(self, context: Context, server_id: str) -> None:
        """Note that network information was to be injected into a server.

        No hypervisor here injects any: guests learn of their network by DHCP and config drive.

        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is no such server.
        :raises Conflict: when the server is on no host yet.
        """
        acceptance = self._acceptance
        with acceptance.db.write() as tx:
            server = acceptance.load(tx, context, server_id, rules.INJECT_NETWORK_INFO, lock=True)
            require_unlocked(context, server, actions.INJECT_NETWORK_INFO)
            server.require_ready(actions.INJECT_NETWORK_INFO)
            _note(tx, context, server, actions.INJECT_NETWORK_INFO)

    def change_password(self, context: Context, server_id: str, password: str) -> None:
        """Change the administrative password of a running server, and wait until it is changed.

        The password is kept nowhere. A worker that dies meanwhile leaves the server with one of
        both passwords, and nothing to clear.

        :raises NotFound: when there is none that the caller may know of.
        :raises Conflict: when the state or the lock of the server forbids it, or its guest has no
            agent that changes passwords.
        :raises Unavailable: when its host's worker does not answer.
        """
        acceptance, action = self._acceptance, actions.CHANGE_PASSWORD
        with acceptance.db.read() as tx:
            server = acceptance.load(tx, context, server_id, rules.CHANGE_PASSWORD)
        require_unlocked(context, server, action)
        host, user = server.require_ready(action), server.administrative_user
        failure: str | None = "The change of the password did not come to its end."
        try:
            acceptance.rpc_client.call(
                host, "set_password", server_id=server.id, user=user, password=password
            )
            failure = None
        except Error as error:
            failure = error.message
            raise
        finally:
            with acceptance.db.write() as tx:
                if tx.servers.get(server.id, lock=True) is not None:
                    _note(tx, context, server, action, failure)

    def trigger_crash_dump(self, context: Context, server_id: str) -> None:
        """Accept to send a server's system an interrupt at which it may dump its memory.

        :raises Conflict: when its state forbids it.
        """
        self._acceptance.accept(
            context, server_id, actions.TRIGGER_CRASH_DUMP, rules.TRIGGER_CRASH_DUMP
        )


def _note(
    tx: Transaction, context: Context, server: Server, action: Action, failure: str | None = None
) -> None:
    """Keep an operation that has ended.

    :param failure: why it failed; None when it did not.
    """
    tx.operations.add(
        Operation.of(
            action,
            server,
            context.require_user(),
            context.request_id,
            state=OperationState.DONE if failure is None else OperationState.FAILED,
            message=failure,
            created_at=tx.now(),
            finished_at=tx.now(),
        )
    )
