"""The events that other services report of servers."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict
from computeapi.domain.external_events import (
    NETWORK_CHANGES,
    PORT_DELETED,
    POWER_OFF,
    POWER_ON,
    POWER_UPDATE,
    TAGGED,
    VOLUME_EXTENDED,
    EventResult,
    ExternalEvent,
)
from computeapi.domain.servers import Server, actions, attaching
from computeapi.domain.servers.action import Action
from computeapi.policies import external_events as rules
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance

_POWER = {POWER_ON: actions.START, POWER_OFF: actions.STOP}


class ExternalEvents:
    """Take events of servers.

    A power update becomes an operation on the server, and so do the end of a port and an attached
    volume that has grown. The ports of a server are looked at again when an event says that they
    have changed. All other events are acknowledged.
    """

    def __init__(self, acceptance: Acceptance, policy: Policy) -> None:
        self._acceptance = acceptance
        self._policy = policy

    def create(self, context: Context, events: Sequence[ExternalEvent]) -> Sequence[EventResult]:
        """Take events, each by itself, and return the outcome of each.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.CREATE)
        return [EventResult(event, self._take(context, event)) for event in events]

    def _take(self, context: Context, event: ExternalEvent) -> int:
        """Take one event, and return its code."""
        host = None
        with self._acceptance.db.write() as tx:
            server = tx.servers.get(event.server_id, lock=True)
            if server is None:
                return 404
            if server.host is None:
                return 422
            if event.name in TAGGED and not event.tag:
                return 400
            if event.name == POWER_UPDATE:
                host = self._update_power(tx, context, server, event.tag)
            elif event.name in NETWORK_CHANGES:
                host = self._update_ports(tx, context, server, event)
            elif event.name == VOLUME_EXTENDED:
                host = self._extend(tx, context, server, event.tag)
        if host is not None:
            self._acceptance.rpc_client.cast(host)
        return 200

    def _update_power(
        self, tx: Transaction, context: Context, server: Server, power: str | None
    ) -> str | None:
        """Start or stop a server; one that is so already, or is being changed, stays as it is.

        :returns: the host to wake.
        """
        action = _POWER.get(power or "")
        if action is None:
            return None
        return self._queue(tx, context, server, action)

    def _extend(
        self, tx: Transaction, context: Context, server: Server, volume_id: str | None
    ) -> str | None:
        """Show the guest of a server that a volume has grown; a stopped one sees it at its start.

        The event comes once: the operation waits for those that are under way.

        :returns: the host to wake; None when the volume is not attached.
        """
        for device in tx.block_devices.of_server(server.id):
            if device.volume_id == volume_id:
                params: dict[str, object] = {"device": device.id, "volume": volume_id}
                action = attaching.EXTEND_VOLUME
                return self._acceptance.queue(tx, context, server, action, params)
        return None

    def _queue(
        self,
        tx: Transaction,
        context: Context,
        server: Server,
        action: Action,
        params: dict[str, object] | None = None,
    ) -> str | None:
        """Keep an operation; return its host, or None when the server's state forbids it."""
        try:
            return self._acceptance.queue(tx, context, server, action, params)
        except Conflict:
            return None

    def _update_ports(
        self, tx: Transaction, context: Context, server: Server, event: ExternalEvent
    ) -> str | None:
        """Record that ports of a server have changed, or detach one that is gone.

        :returns: the host to wake.
        """
        if not tx.server_ports.mark_stale(server.id, event.tag or None):
            return None
        if event.name == PORT_DELETED and event.tag:
            try:
                params: dict[str, object] = {"port_id": event.tag}
                action = attaching.LOSE_INTERFACE
                return self._acceptance.queue(tx, context, server, action, params)
            except Conflict:
                # Its worker detaches the port once the server is idle.
                return server.host
        return server.host
