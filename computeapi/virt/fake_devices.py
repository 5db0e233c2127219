"""The fake driver's places of devices: on a PCI bus, in the order of their guests' records."""

from computeapi.domain.guest_data import BusAddress, BusAddresses
from computeapi.virt.fake_base import FakeBase

#: PCI slots of the first volume and, downwards, of the first network card.
_VOLUMES, _CARDS = 0x04, 0x1E


class FakeDevices(FakeBase):
    """The method of the port that tells where the devices of guests are."""

    def bus_addresses(self, server_id: str) -> BusAddresses:
        record = self._records.read(server_id)
        self._may_fail("bus_addresses")
        slots = {volume_id: _VOLUMES + i for i, volume_id in enumerate(record["volumes"])}
        for index, card in enumerate(record["vifs"] or []):
            slots[card["mac_address"]] = _CARDS - index
        return {name: BusAddress("pci", f"0000:00:{slot:02x}.0") for name, slot in slots.items()}
