"""The passwords, crash dumps and figures of guests.

A password is set by the QEMU guest agent, which the guest runs when its image says
``hw_qemu_guest_agent=yes``.
"""

from xml.etree import ElementTree as ET

import libvirt

from computeapi.domain.addressing import mac_address
from computeapi.domain.servers import PowerState
from computeapi.domain.servers.diagnostics import Diagnostics
from computeapi.virt.driver import NOT_RUNNING, DriverError
from computeapi.virt.libvirt import diagnostics, domains
from computeapi.virt.libvirt.connection import explained
from computeapi.virt.libvirt.guests import Guests
from computeapi.virt.libvirt.hardware import AGENT_CHANNEL

#: Seconds that a guest's agent has to answer.
AGENT_TIMEOUT = 5
NO_AGENT = "its image does not say hw_qemu_guest_agent=yes"
SILENT_AGENT = "its QEMU guest agent does not do it"


class Administration(Guests):
    """The methods of the port that administer guests."""

    @explained("set the password")
    def set_password(self, server_id: str, user: str, password: str) -> None:
        domain = self._existing(server_id)
        domains.require_power(domain)
        _require_agent(domain)
        try:
            domain.agentSetResponseTimeout(AGENT_TIMEOUT)
            domain.setUserPassword(user, password)
        except libvirt.libvirtError as error:
            if error.get_error_domain() != libvirt.VIR_FROM_QEMU:
                raise
            raise DriverError(f"the guest agent failed: {error}", SILENT_AGENT) from error

    @explained("interrupt the guest")
    def trigger_crash_dump(self, server_id: str) -> None:
        domain = self._existing(server_id)
        domains.require_power(domain)
        domain.injectNMI()

    @explained("read the figures of the guest")
    def diagnostics(self, server_id: str) -> Diagnostics:
        domain = self._existing(server_id)
        domains.require_power(domain)
        if domains.power_state(domain) != PowerState.RUNNING:
            raise DriverError(f"guest {server_id} is paused", NOT_RUNNING)
        return diagnostics.of(domain, mac_address(server_id))


def _require_agent(domain: libvirt.virDomain) -> None:
    """Raise DriverError when a guest has no channel to an agent."""
    targets = ET.fromstring(domain.XMLDesc()).iterfind("devices/channel/target")
    if not any(target.get("name") == AGENT_CHANNEL for target in targets):
        raise DriverError(f"guest {domain.UUIDString()} has no agent", NO_AGENT)
