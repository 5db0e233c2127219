"""The places of the devices of guests, whether they run or not."""

from xml.etree import ElementTree as ET

import libvirt

from computeapi.domain.guest_data import BusAddresses
from computeapi.virt.libvirt import places
from computeapi.virt.libvirt.connection import explained
from computeapi.virt.libvirt.guests import Guests
from computeapi.virt.libvirt.volumes import CONFIG, LIVE, volumes_of


class Devices(Guests):
    """The method of the port that tells where the devices of guests are."""

    @explained("look at the devices of the guest")
    def bus_addresses(self, server_id: str) -> BusAddresses:
        domain = self._existing(server_id)
        # A card that the running guest has got is in the definition of its next start alone.
        definition = ET.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
        running = volumes_of(domain, LIVE if domain.isActive() else CONFIG)
        return {**places.of_definition(definition), **places.of_disks(running)}
