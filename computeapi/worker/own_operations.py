"""Operations that no caller asks for: a worker queues them itself."""

import uuid

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server
from computeapi.domain.servers.actions import Action
from computeapi.ports.database import Transaction


def queue(
    tx: Transaction,
    server: Server,
    action: Action,
    target_host: str | None = None,
    params: dict[str, object] | None = None,
) -> None:
    """Keep an operation on a server, whose row is locked, in the name of the server's user.

    :param target_host: the other host of the operation, if it has one.
    :param params: the action's parameters.
    :raises Conflict: when the server's state forbids the action.
    """
    now = tx.now()
    request_id = f"req-{uuid.uuid4()}"
    operation = Operation.of(
        action,
        server,
        server.user_id,
        request_id,
        params=params or {},
        target_host=target_host,
        created_at=now,
    )
    server.begin(action)
    server.updated_at = now
    tx.servers.save(server)
    tx.operations.add(operation)
