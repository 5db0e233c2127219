"""Actions of administrators on the records of servers."""

from computeapi.domain.context import Context
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import VmState, actions
from computeapi.policies.servers import administration as rules
from computeapi.service.servers.acceptance import Acceptance


class Administration:
    """Put the records of servers right."""

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
            operation = Operation.of(
                actions.RESET_STATE,
                server,
                context.require_user(),
                context.request_id,
                state=OperationState.DONE,
                created_at=tx.now(),
                finished_at=tx.now(),
            )
            server.settle(vm_state)
            server.updated_at = tx.now()
            tx.servers.save(server)
            tx.operations.add(operation)
