"""The operations on servers."""

import re
from collections.abc import Mapping

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, NotFound
from computeapi.domain.operations import Operation
from computeapi.domain.paging import Page, PageRequest
from computeapi.domain.servers import (
    CreatedServers,
    NewServer,
    Server,
    ServerFilters,
    ServerSummary,
    VmState,
    actions,
)
from computeapi.domain.servers.actions import Action
from computeapi.ports.database import Database, Transaction
from computeapi.ports.messaging import Caller
from computeapi.ports.policy import Policy
from computeapi.service.servers_create import ServersCreate
from computeapi.service.servers_filters import allowed_filters

#: What a console carries beside text; Nova leaves it out, too.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")

_POLICY = "os_compute_api:servers:"


class Servers:
    """Create, list, show, change and delete servers.

    :param creation: how new ones are made.
    :param host_down_after: seconds without a sign of life after which a host counts as down.
    """

    def __init__(
        self,
        db: Database,
        policy: Policy,
        caller: Caller,
        creation: ServersCreate,
        host_down_after: float,
    ) -> None:
        self._db = db
        self._policy = policy
        self._caller = caller
        self._creation = creation
        self._host_down_after = host_down_after

    def create(self, context: Context, new: NewServer) -> CreatedServers:
        """Accept to create servers; see :meth:`ServersCreate.create`."""
        context.require_project()
        return self._creation.create(context, new)

    def list(
        self,
        context: Context,
        filters: ServerFilters,
        page: PageRequest,
        all_projects: bool = False,
    ) -> Page[ServerSummary]:
        """Return a page of servers, without details.

        :param filters: its ``project_id`` counts only with ``all_projects``; None is then
            every project.
        :raises Forbidden: when the caller may not list, or not all projects, or not what is
            deleted, or not in this order.
        :raises MarkerNotFound: when the marker is none of the caller's servers.
        """
        filters = allowed_filters(self._policy, context, "index", filters, page, all_projects)
        with self._db.read() as tx:
            return tx.servers.summaries(filters, page)

    def list_details(
        self,
        context: Context,
        filters: ServerFilters,
        page: PageRequest,
        all_projects: bool = False,
    ) -> Page[Server]:
        """Return a page of servers; as :meth:`list` but for what is told of each."""
        filters = allowed_filters(self._policy, context, "detail", filters, page, all_projects)
        with self._db.read() as tx:
            return tx.servers.list(filters, page)

    def get(self, context: Context, server_id: str) -> Server:
        """Return a server.

        :raises NotFound: when there is none that the caller may know of.
        """
        with self._db.read() as tx:
            return self._load(tx, context, server_id, "show")

    def update(self, context: Context, server_id: str, changes: Mapping[str, object]) -> Server:
        """Change a server's name, access addresses or disk configuration.

        :param changes: fields of :class:`Server` among ``name``, ``access_ip_v4``,
            ``access_ip_v6`` and ``disk_config``.
        :raises NotFound: when there is none that the caller may know of.
        """
        with self._db.write() as tx:
            server = self._load(tx, context, server_id, "update", lock=True)
            for field, value in changes.items():
                setattr(server, field, value)
            server.updated_at = tx.now()
            tx.servers.save(server)
        return server

    def start(self, context: Context, server_id: str) -> None:
        """Accept to start a stopped server.

        :raises Conflict: when its state forbids it.
        """
        self._accept(context, server_id, actions.START)

    def stop(self, context: Context, server_id: str) -> None:
        """Accept to stop a running server.

        :raises Conflict: when its state forbids it.
        """
        self._accept(context, server_id, actions.STOP)

    def reboot(self, context: Context, server_id: str, hard: bool) -> None:
        """Accept to reboot a server.

        :raises Conflict: when its state forbids it.
        """
        action = actions.HARD_REBOOT if hard else actions.REBOOT
        self._accept(context, server_id, action, {"type": "HARD" if hard else "SOFT"})

    def _accept(
        self,
        context: Context,
        server_id: str,
        action: Action,
        params: dict[str, object] | None = None,
    ) -> None:
        with self._db.write() as tx:
            server = self._load(tx, context, server_id, action.name, lock=True)
            self._require_host(server)
            host = self._queue(tx, context, server, action, params)
        self._caller.cast(host)

    @staticmethod
    def _require_host(server: Server) -> str:
        if server.host is None:
            raise Conflict(f"Instance {server.id} is not ready")
        return server.host

    @staticmethod
    def _queue(
        tx: Transaction,
        context: Context,
        server: Server,
        action: Action,
        params: dict[str, object] | None = None,
    ) -> str:
        """Keep an operation and the server's new task state; return the host it is for.

        :raises Conflict: when the server's state forbids the action.
        """
        now = tx.now()
        operation = Operation.of(
            action,
            server,
            context.require_user(),
            context.request_id,
            params=params or {},
            created_at=now,
        )
        server.begin(action)
        server.updated_at = now
        tx.servers.save(server)
        # One that rests would keep this one waiting.
        tx.operations.expedite(server.id)
        tx.operations.add(operation)
        return operation.host

    def delete(self, context: Context, server_id: str) -> None:
        """Accept to delete a server, in whatever state it is.

        Where no worker could do it (no host was ever found, or the host is down) the server
        is deleted here and now; what is left of it on a host goes when that host's worker is
        back and reconciles. A delete that is under way already is tried again at once.

        :raises NotFound: when there is none that the caller may know of.
        """
        with self._db.write() as tx:
            server = self._load(tx, context, server_id, "delete", lock=True)
            unfinished = tx.operations.unfinished(server.id)
            running = next((o for o in unfinished if o.action == actions.DELETE.name), None)
            name = running.host if running else server.host
            host = tx.hosts.get(name) if name else None
            if host is None or not host.is_up(tx.now(), self._host_down_after):
                return self._delete_now(tx, server)
            if running:
                tx.operations.expedite(server.id)
            else:
                self._queue(tx, context, server, actions.DELETE)
        self._caller.cast(host.name)
        return None

    @staticmethod
    def _delete_now(tx: Transaction, server: Server) -> None:
        tx.operations.cancel(server.id, "The server was deleted without its host.")
        server.mark_deleted(tx.now())
        tx.servers.save(server)

    def console_output(self, context: Context, server_id: str, lines: int | None) -> str:
        """Return what a server wrote to its serial console.

        :param lines: only so many of the last ones; None or -1: all that is kept.
        :raises Conflict: when it is on no host yet.
        :raises Unavailable: when its host's worker does not answer.
        """
        with self._db.read() as tx:
            server = self._load(tx, context, server_id, rule="os_compute_api:os-console-output")
        host = self._require_host(server)
        if server.vm_state == VmState.BUILDING:
            raise Conflict(f"Instance {server.id} is not ready")
        answer = self._caller.call(host, "console_output", server_id=server.id)
        output = _CONTROL.sub("", str(answer))
        if lines is None or lines < 0:
            return output
        # What follows the last line's end counts as a line, as in Nova, though it is empty mostly.
        return "\n".join(output.split("\n")[-lines:]) if lines else ""

    def _load(
        self,
        tx: Transaction,
        context: Context,
        server_id: str,
        action: str = "",
        lock: bool = False,
        rule: str | None = None,
    ) -> Server:
        """Load a server and check that the caller may do this to it.

        Another project's server does not exist for a caller who is no administrator.

        :raises Forbidden: when the caller may not do this, or not with a token of this scope.
        :raises NotFound: when there is no server that the caller may know of.
        """
        rule = rule or _POLICY + action
        self._policy.authorize_scope(context, rule)
        server = tx.servers.get(server_id, lock=lock)
        if server is None or not (context.is_admin or server.project_id == context.project_id):
            raise NotFound(f"Instance {server_id} could not be found.")
        owner = {"project_id": server.project_id, "user_id": server.user_id}
        self._policy.authorize(context, rule, owner)
        return server
