"""The records of moves, as they are kept when a move is accepted or refused."""

import uuid

from computeapi.domain.context import Context
from computeapi.domain.migration_status import MigrationStatus
from computeapi.domain.migrations import Migration, MigrationType
from computeapi.domain.servers import Move, Server, Size
from computeapi.ports.database import Transaction


def keep(
    tx: Transaction, context: Context, server: Server, kind: MigrationType, move: Move
) -> None:
    """Keep the record of a move that is accepted; its operation gives it its status."""
    record = _record(tx, context, server, kind, move.new)
    target = tx.hosts.get(move.target_host)
    details = tx.hosts.details(move.target_host)
    record.uuid, record.status = move.token, MigrationStatus.PRE_MIGRATING
    record.target_host = move.target_host
    record.target_node = target.hypervisor_hostname if target else None
    record.target_ip = details.host_ip if details else None
    tx.migrations.add(record)


def keep_failure(
    tx: Transaction, context: Context, server: Server, kind: MigrationType, size: Size
) -> None:
    """Keep the record of a move for which no host was found.

    :param size: the size that the server was to get.
    """
    tx.migrations.add(_record(tx, context, server, kind, size))


def _record(
    tx: Transaction, context: Context, server: Server, kind: MigrationType, size: Size
) -> Migration:
    source = tx.hosts.get(server.host or "")
    return Migration(
        id=None,
        uuid=str(uuid.uuid4()),
        server_id=server.id,
        user_id=context.require_user(),
        project_id=context.project_id or server.project_id,
        type=kind,
        status=MigrationStatus.ERROR,
        source_host=server.host,
        source_node=source.hypervisor_hostname if source else None,
        target_host=None,
        target_node=None,
        target_ip=None,
        old_flavor_id=server.flavor_id,
        new_flavor_id=size.flavor_id,
        created_at=tx.now(),
    )
