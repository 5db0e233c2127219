"""The addresses of a guest: each guest has a network of its own, in user mode.

QEMU's user-mode network is a private 10.0.2.0/24 for every guest, with a DHCP server that
gives the guest its first address. No two guests share a link, so the addresses may be equal.
"""

import hashlib

NETWORK = "private"
FIXED_IPV4 = "10.0.2.15"
#: The prefix that OpenStack guests have had since 2012; the bit for "locally administered" is set.
MAC_PREFIX = "fa:16:3e"


def mac_address(server_id: str) -> str:
    """Return the MAC address of a server: always the same for the same server."""
    digest = hashlib.sha256(server_id.encode()).digest()
    return f"{MAC_PREFIX}:{digest[:3].hex(':')}"


def addresses(server_id: str) -> dict[str, list[dict[str, object]]]:
    """Return the addresses of a server, as :class:`computeapi.domain.servers.Server` keeps them."""
    return {
        NETWORK: [
            {"addr": FIXED_IPV4, "version": 4, "type": "fixed", "mac": mac_address(server_id)}
        ]
    }
