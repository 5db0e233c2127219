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
    EventResult,
    ExternalEvent,
)
from computeapi.domain.servers import Server, actions, attaching
from computeapi.policies import external_events as rules
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance

_POWER = {POWER_ON: actions.START, POWER_OFF: actions.STOP}


class ExternalEvents:
    """Take events of servers.

    A power update becomes an operation on the server, and so does the end of a port. The ports of
    a server are looked at again when an event says that they have changed. All other events are
    acknowledged: volumes of this service wait for none.
    """

    def __init__(self, acceptance: Acceptance, policy: Policy) -> None:
        self._acceptance = acceptance
        self._policy = policy

    def create(self, context: Context, events: Sequence[ExternalEvent]) -> Sequence[EventResult]:
        """Take events, each by itself, and return what became of each.

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
        if host is not None:
            self._acceptance.caller.cast(host)
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
        try:
            return self._acceptance.queue(tx, context, server, action)
        except Conflict:
            return None

    def _update_ports(
        self, tx: Transaction, context: Context, server: Server, event: ExternalEvent
    ) -> str | None:
        """Note that ports of a server have changed, or detach one that is gone.

        :returns: the host to wake.
        """
        if not tx.server_ports.mark_stale(server.id, event.tag or None):
            return None
        if event.name == PORT_DELETED and event.tag:
            try:
                params: dict[str, object] = {"port_id": event.tag}
                action = attaching.DETACH_INTERFACE
                return self._acceptance.queue(tx, context, server, action, params)
            except Conflict:
                # The server shows the port no more, once its worker has looked.
                return server.host
        return server.host
