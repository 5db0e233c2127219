"""Facts about the networks that this API shows for the network service, until 2.35.

API reference, "Networks (os-networks) (DEPRECATED)" and "Project networks (DEPRECATED)".
"""

from computeapi.api.versions import until

PROXIED = until(35, "Networks are not shown any more: clients ask the network service.")

#: The fields of a network that are null: a network service has no values for them.
EMPTY = (
    "broadcast", "cidr", "cidr_v6", "dns1", "dns2", "gateway", "gateway_v6", "netmask",
    "netmask_v6",
)  # fmt: skip
#: Those that administrators see beside them.
EMPTY_FOR_ADMINISTRATORS = (
    "bridge", "bridge_interface", "created_at", "deleted", "deleted_at", "dhcp_server",
    "dhcp_start", "enable_dhcp", "host", "injected", "mtu", "multi_host", "priority", "project_id",
    "rxtx_base", "share_address", "updated_at", "vlan", "vpn_private_address", "vpn_public_address",
    "vpn_public_port",
)  # fmt: skip
#: The range of a network in ``os-tenant-networks``, which is no null there.
NO_CIDR = "None"
