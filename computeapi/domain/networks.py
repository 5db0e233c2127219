"""The values of a network service that servers have to do with."""

from dataclasses import dataclass

from computeapi.domain.errors import Invalid

#: The security group that servers are in unless a request names others.
DEFAULT_GROUP = "default"


@dataclass(frozen=True, slots=True)
class CloudNetwork:
    """A network of the network service.

    :ivar id: a UUID.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class FixedIp:
    """An address of an interface.

    :ivar subnet_id: a UUID.
    """

    address: str
    subnet_id: str


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface of a server: a port of the network service.

    :ivar port_id: a UUID. :ivar network_id: a UUID.
    :ivar state: "ACTIVE" while the guest uses it, else "DOWN".
    :ivar tag: the name by which the guest finds it, or None.
    """

    port_id: str
    network_id: str
    mac_address: str
    state: str
    fixed_ips: tuple[FixedIp, ...]
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class NewInterface:
    """A request for an interface (API reference, "Create Interface").

    :ivar port_id: of a port that there is; :ivar network_id: of the network to make one in.
    :ivar address: that the new port is to have.
    """

    port_id: str | None = None
    network_id: str | None = None
    address: str | None = None
    tag: str | None = None

    def check(self) -> None:
        """Raise Invalid when the parts of the request exclude each other.

        :raises Invalid: when they do.
        """
        if self.port_id and self.network_id:
            raise Invalid("port_id and net_id exclude each other.")
        if self.address and not self.network_id:
            raise Invalid("fixed_ips need the net_id of the network that the address is in.")
