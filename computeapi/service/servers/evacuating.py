"""Evacuate servers: make their guests on other hosts, when their own is down."""

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound
from computeapi.domain.migrations import MigrationType
from computeapi.domain.servers import Server, VmState, actions
from computeapi.domain.servers.evacuating import Evacuation
from computeapi.policies.servers import evacuating as rules
from computeapi.ports.database import Transaction
from computeapi.service.servers.admin_passwords import AdminPasswords
from computeapi.service.servers.moves import Moves
from computeapi.service.servers.targets import Wanted


class Evacuating:
    """Accept evacuations of servers.

    :param host_down_after: seconds without a sign of life after which a host counts as down.
    """

    def __init__(self, moves: Moves, passwords: AdminPasswords, host_down_after: float) -> None:
        self._moves = moves
        self._passwords = passwords
        self._host_down_after = host_down_after

    def evacuate(self, context: Context, server_id: str, wanted: Evacuation) -> str | None:
        """Accept to evacuate a server from its host, which is down.

        Where no host has room, the server is in ERROR, with the reason.

        :returns: the administrator's password of the new guest; None where its disks stay, and
            where passwords are not shown.
        :raises Invalid: when the request makes no sense, or names the server's own host, or its
            host is up.
        :raises NotFound: when there is no such server, or no such host.
        :raises Conflict: when the server's state forbids it.
        """
        if wanted.is_forced and wanted.host is None:
            raise Invalid("Can't force to a non-provided destination")
        if wanted.on_shared_storage and wanted.admin_password is not None:
            raise Invalid("admin password can't be changed on existing disk")
        password = None
        if not wanted.on_shared_storage:
            password = self._passwords.choose(wanted.admin_password)

        def check(tx: Transaction, server: Server) -> Wanted:
            _require_target(tx, server, wanted.host)
            self._require_down(tx, server)
            # Its host carries nothing out any more, and this one would wait for it.
            tx.operations.cancel(server.id, "The server was evacuated.")
            server.admin_password = password
            stays_off = wanted.stays_off or server.vm_state == VmState.STOPPED
            return Wanted(
                MigrationType.EVACUATION,
                server.size,
                host=wanted.host,
                is_forced=wanted.is_forced,
                vm_state=VmState.STOPPED if stays_off else VmState.ACTIVE,
            )

        self._moves.begin(context, server_id, actions.EVACUATE, rules.EVACUATE, check)
        return self._passwords.shown(password) if password else None

    def _require_down(self, tx: Transaction, server: Server) -> None:
        """Raise when the host of a server is up, or a move of the server has not ended.

        :raises Invalid: when its host is up.
        :raises Conflict: when a move of it has not ended.
        """
        host = tx.hosts.get(server.host or "")
        if host is not None and host.is_up(tx.now(), self._host_down_after):
            raise Invalid(f"Compute service of {host.name} is still in use.")
        if server.move is not None:
            raise Conflict(f"Instance {server.id} has a move that failed: delete it instead.")


def _require_target(tx: Transaction, server: Server, name: str | None) -> None:
    """Raise when a server cannot go to the host that a request names.

    :raises Invalid: when the server is on it.
    :raises NotFound: when there is no such host.
    """
    if name is None:
        return
    if name == server.host:
        raise Invalid("The target host can't be the same one.")
    if tx.hosts.get(name) is None:
        raise NotFound(f"Compute host {name} not found.")
