"""Events that other services report of servers (API reference, "Create external events")."""

from dataclasses import dataclass

POWER_UPDATE = "power-update"
VOLUME_EXTENDED = "volume-extended"
ACCELERATOR_BOUND = "accelerator-request-bound"
PORT_DELETED = "network-vif-deleted"
#: The kinds of events after which ports of a server may be other ones.
NETWORK_CHANGES = frozenset(
    {"network-changed", "network-vif-plugged", "network-vif-unplugged", PORT_DELETED}
)
#: The kinds of events that mean nothing without a tag.
TAGGED = frozenset({POWER_UPDATE, VOLUME_EXTENDED, ACCELERATOR_BOUND})
POWER_ON, POWER_OFF = "POWER_ON", "POWER_OFF"


@dataclass(frozen=True, slots=True)
class ExternalEvent:
    """An event of a server.

    :ivar name: the kind of event.
    :ivar tag: the part of the server that it is about: a port, a volume, or the new power state.
    """

    name: str
    server_id: str
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class EventResult:
    """The answer to one event.

    :ivar code: 200, 400 (a tag is missing), 404 (there is no such server) or 422 (the server is on
        no host).
    """

    event: ExternalEvent
    code: int

    @property
    def status(self) -> str:
        """The status that the API shows."""
        return "completed" if self.code == 200 else "failed"
