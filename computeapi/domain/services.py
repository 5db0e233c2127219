"""The compute service of a host, as administrators see and direct it."""

from dataclasses import dataclass

from computeapi.domain.hosts import Host

#: The name of the program that runs on a host, as Nova's clients know it.
COMPUTE = "nova-compute"


@dataclass(slots=True)
class Service:
    """The compute service of a host.

    :ivar number: its id until 2.52.
    :ivar uuid: its id since 2.53.
    """

    host: Host
    number: int
    uuid: str
    disabled_reason: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """A change of a service ("Update Compute Service"); None leaves a field as it is.

    A service that is enabled loses its reason.
    """

    enabled: bool | None = None
    disabled_reason: str | None = None
    forced_down: bool | None = None
