"""The rows of the ports of servers."""

import uuid

from computeapi.domain.server_ports import NewPort, ServerPort
from computeapi.domain.servers import Server
from computeapi.service.servers.acceptance import Acceptance


def port_row(server: Server, port: NewPort, position: int) -> ServerPort:
    """Return the row of a port that a server is to get."""
    return ServerPort(
        id=str(uuid.uuid4()),
        server_id=server.id,
        position=position,
        network_id=port.network_id,
        port_id=port.port_id,
        is_own=port.port_id is None,
        fixed_ip=port.fixed_ip,
        tag=port.tag,
        security_groups=list(port.security_groups),
    )


def note_change(acceptance: Acceptance, server: Server) -> None:
    """Record that ports of a server have changed, and wake the worker of its host."""
    with acceptance.db.write() as tx:
        is_stale = tx.server_ports.mark_stale(server.id)
    if is_stale and server.host is not None:
        acceptance.rpc_client.cast(server.host)
