"""The fake driver's network cards: their guests' records name them."""

from dataclasses import asdict

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.fake_base import FakeBase, nothing
from computeapi.virt.vifs import Vif


class FakeInterfaces(FakeBase):
    """The methods of the port by which guests get and lose network cards."""

    def plug_vif(self, server_id: str, vif: Vif) -> None:
        self._records.read(server_id)
        self._step(nothing)
        self._may_fail("plug_vif")
        record = self._records.read(server_id)
        others = [card for card in record["vifs"] or [] if card["port_id"] != vif.port_id]
        self._records.write(record | {"vifs": [*others, asdict(vif)]})

    def unplug_vif(self, server_id: str, port_id: str, checkpoint: Checkpoint) -> None:
        self._records.read(server_id)
        self._step(checkpoint)
        self._may_fail("unplug_vif")
        record = self._records.read(server_id)
        others = [card for card in record["vifs"] or [] if card["port_id"] != port_id]
        if others != record["vifs"]:
            self._records.write(record | {"vifs": others})
