"""Networks, as this API shows them for the network service."""

from computeapi.api import networks as contract
from computeapi.domain.networks import CloudNetwork
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import NULL


class Network(ResponseType):
    """A network: a network service has values for two of its fields, and the others are null.

    Administrators alone see those that are optional.
    """

    id = str
    label = str
    broadcast = ResponseField(NULL)
    cidr = ResponseField(NULL)
    cidr_v6 = ResponseField(NULL)
    dns1 = ResponseField(NULL)
    dns2 = ResponseField(NULL)
    gateway = ResponseField(NULL)
    gateway_v6 = ResponseField(NULL)
    netmask = ResponseField(NULL)
    netmask_v6 = ResponseField(NULL)
    bridge = ResponseField(NULL, optional=True)
    bridge_interface = ResponseField(NULL, optional=True)
    created_at = ResponseField(NULL, optional=True)
    deleted = ResponseField(NULL, optional=True)
    deleted_at = ResponseField(NULL, optional=True)
    dhcp_server = ResponseField(NULL, optional=True)
    dhcp_start = ResponseField(NULL, optional=True)
    enable_dhcp = ResponseField(NULL, optional=True)
    host = ResponseField(NULL, optional=True)
    injected = ResponseField(NULL, optional=True)
    mtu = ResponseField(NULL, optional=True)
    multi_host = ResponseField(NULL, optional=True)
    priority = ResponseField(NULL, optional=True)
    project_id = ResponseField(NULL, optional=True)
    rxtx_base = ResponseField(NULL, optional=True)
    share_address = ResponseField(NULL, optional=True)
    updated_at = ResponseField(NULL, optional=True)
    vlan = ResponseField(NULL, optional=True)
    vpn_private_address = ResponseField(NULL, optional=True)
    vpn_public_address = ResponseField(NULL, optional=True)
    vpn_public_port = ResponseField(NULL, optional=True)

    @classmethod
    def of(cls, network: CloudNetwork, is_admin: bool) -> "Network":
        """Return a network.

        :param is_admin: whether it has the fields that administrators see.
        """
        names = contract.EMPTY + (contract.EMPTY_FOR_ADMINISTRATORS if is_admin else ())
        return cls(id=network.id, label=network.name, **dict.fromkeys(names))


class NetworkDocument(ResponseType):
    """A network."""

    network = Network


class Networks(ResponseType):
    """The list of networks."""

    networks = [Network]


class ProjectNetwork(ResponseType):
    """A network in ``os-tenant-networks``."""

    id = str
    label = str
    cidr = str

    @classmethod
    def of(cls, network: CloudNetwork) -> "ProjectNetwork":
        """Return a network."""
        return cls(id=network.id, label=network.name, cidr=contract.NO_CIDR)


class ProjectNetworkDocument(ResponseType):
    """A network in ``os-tenant-networks``."""

    network = ProjectNetwork


class ProjectNetworks(ResponseType):
    """The list of networks in ``os-tenant-networks``."""

    networks = [ProjectNetwork]
