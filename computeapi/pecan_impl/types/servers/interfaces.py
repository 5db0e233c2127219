"""The network interfaces of a server."""

from computeapi.api.servers.changes import ATTACHED_DEVICE_TAGS, DEVICE_TAGS_SHOWN
from computeapi.api.servers.tags import TAG
from computeapi.domain.networks import Interface as DomainInterface
from computeapi.domain.networks import NewInterface
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import UUID, IpAddress, matching


class NewFixedIp(RequestType):
    """An address that an interface is to have."""

    ip_address = RequestField(IpAddress(), mandatory=True)


class InterfaceCreate(RequestType):
    """The interface in a request to attach one."""

    net_id = RequestField(UUID, default=None)
    port_id = RequestField(UUID, default=None)
    fixed_ips = RequestField([NewFixedIp], size=(1, 1), default=None)
    tag = RequestField(matching(TAG), span=ATTACHED_DEVICE_TAGS, default=None)

    def new(self) -> NewInterface:
        """Return the request for the service."""
        address = self.fixed_ips[0].ip_address if self.fixed_ips else None
        return NewInterface(self.port_id, self.net_id, address, self.tag)


class InterfaceCreateDocument(RequestType):
    """The body of a request to attach an interface."""

    interface = RequestField(InterfaceCreate, name="interfaceAttachment", default=None)

    def new(self) -> NewInterface:
        """Return the request for the service."""
        return self.interface.new() if self.interface else NewInterface()


class FixedIp(ResponseType):
    """An address of an interface."""

    ip_address = str
    subnet_id = str


class Interface(ResponseType):
    """A network interface of a server."""

    port_id = str
    net_id = str
    mac_addr = str
    port_state = str
    fixed_ips = [FixedIp]
    tag = ResponseField(str, span=DEVICE_TAGS_SHOWN, nullable=True)

    @classmethod
    def of(cls, interface: DomainInterface) -> "Interface":
        """Return an interface."""
        return cls(
            port_id=interface.port_id,
            net_id=interface.network_id,
            mac_addr=interface.mac_address,
            port_state=interface.state,
            fixed_ips=[
                FixedIp(ip_address=ip.address, subnet_id=ip.subnet_id) for ip in interface.fixed_ips
            ],
            tag=interface.tag,
        )


class InterfaceDocument(ResponseType):
    """An interface of a server."""

    interface = ResponseField(Interface, name="interfaceAttachment")


class Interfaces(ResponseType):
    """The interfaces of a server."""

    interfaces = ResponseField([Interface], name="interfaceAttachments")
