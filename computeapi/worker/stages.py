"""The way of an operation from stage to stage, and from host to host."""

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, actions
from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.stages import On, Stage
from computeapi.ports.database import Transaction


def after(
    tx: Transaction, operation: Operation, host: str, down_after: float
) -> tuple[str, str] | None:
    """Return the stage that follows the one that ended, and its host; None after the last.

    A stage that runs on each host gives up the server's claim on this one.

    :param host: the host that the stage ended on.
    :param down_after: seconds without a sign of life after which a host counts as down.
    """
    action = actions.named(operation.action)
    if action is None:
        return None
    stage = action.stage(operation.stage)
    if stage.on == On.EACH:
        tx.claims.remove(operation.server_id, host)
        other = _next_claim(tx, operation, down_after)
        if other is not None:
            return stage.name, other
    return _at(tx, operation, action.after(stage.name), down_after)


def elsewhere(operation: Operation, server: Server) -> str | None:
    """Return the host of a stage that runs where its server is, if the server is elsewhere now."""
    action = actions.named(operation.action)
    if action is None or action.stage(operation.stage).on != On.PRESENT:
        return None
    return server.host if server.host != operation.host else None


def undo(
    tx: Transaction, operation: Operation, action: Action | None, down_after: float
) -> tuple[str, str] | None:
    """Return the stage that begins to undo a failed operation, and its host.

    :returns: None when there is none, or when the operation is being undone already.
    """
    if action is None or not action.undo or operation.failure is not None:
        return None
    return _at(tx, operation, action.undo[0], down_after)


def _at(
    tx: Transaction, operation: Operation, stage: Stage | None, down_after: float
) -> tuple[str, str] | None:
    if stage is None:
        return None
    host = operation.host_of(stage) or _next_claim(tx, operation, down_after)
    return None if host is None else (stage.name, host)


def _next_claim(tx: Transaction, operation: Operation, down_after: float) -> str | None:
    """Return a host that the server has a claim on, and that is up.

    When a host that is down comes back, its worker reconciles.
    """
    for claim in tx.claims.of_server(operation.server_id):
        host = tx.hosts.get(claim.host)
        if host is not None and host.is_up(tx.now(), down_after):
            return claim.host
    return None
