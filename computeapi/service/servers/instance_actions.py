"""The history of servers: the actions that were accepted on them."""

from dataclasses import dataclass

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.operations import HistoryRequest, Operation
from computeapi.domain.paging import Page
from computeapi.policies.servers import instance_actions as rules
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance


@dataclass(frozen=True, slots=True)
class SeenAction:
    """An action on a server, as far as a caller may see it.

    :ivar tracebacks: whether the caller may see events at each microversion, with their tracebacks
        and hosts.
    :ivar details: whether the caller may see the reason of a failure.
    """

    operation: Operation
    tracebacks: bool
    details: bool


class InstanceActions:
    """List and show the actions on servers (API reference, "Servers actions")."""

    def __init__(self, acceptance: Acceptance, policy: Policy) -> None:
        self._acceptance = acceptance
        self._policy = policy

    def list(
        self, context: Context, server_id: str, page: HistoryRequest, with_deleted: bool = False
    ) -> Page[Operation]:
        """Return a page of the actions on a server, newest first.

        :param with_deleted: whether the server may be a deleted one.
        :raises NotFound: when there is no server that the caller may know of.
        :raises MarkerNotFound: when the marker names no action on the server.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(
                tx, context, server_id, rules.LIST, with_deleted=with_deleted
            )
            return tx.operations.history(server.id, page)

    def get(
        self, context: Context, server_id: str, request_id: str, with_deleted: bool = False
    ) -> SeenAction:
        """Return an action on a server, as far as the caller may see it.

        :param with_deleted: whether the server may be a deleted one.
        :raises NotFound: when there is no such server, or no action of this request.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(
                tx, context, server_id, rules.SHOW, with_deleted=with_deleted
            )
            operation = tx.operations.of_request(server.id, request_id)
        if operation is None:
            raise NotFound(f"Action for request_id {request_id} on instance {server.id} not found")
        owner = {"project_id": operation.project_id, "user_id": operation.user_id}
        return SeenAction(
            operation,
            tracebacks=self._policy.allows(context, rules.EVENTS, owner),
            details=self._policy.allows(context, rules.EVENT_DETAILS, owner),
        )
