"""Attach interfaces to servers, and detach them."""

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, attaching
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Driver, GuestNotFound
from computeapi.virt.vifs import Vif
from computeapi.worker.ports import Ports
from computeapi.worker.servers.steps import Change, step, unchanged


class Interfaces:
    """The steps of attach_interface and detach_interface."""

    def __init__(self, driver: Driver, ports: Ports) -> None:
        self._driver = driver
        self._ports = ports

    @step(attaching.ATTACH_INTERFACE)
    def attach(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Make and bind the port, and give the server's guest a network card of it."""
        row = str(operation.params["row"])
        bound = self._ports.bind_new(server, checkpoint, row)
        port_id = self._ports.port_id(server.id, row)
        for card in bound.interfaces or []:
            if card["port_id"] == port_id:
                self._driver.plug_vif(server.id, Vif.of(card))
        return unchanged

    @step(attaching.ATTACH_INTERFACE, "clear")
    def clear(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Remove the parts of an interface that could not be attached."""
        row = str(operation.params["row"])
        port_id = self._ports.port_id(server.id, row)
        if port_id is not None:
            self._unplug(server.id, port_id, checkpoint)
        self._ports.release_row(server.id, row)
        return unchanged

    @step(attaching.DETACH_INTERFACE)
    def detach(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Take the network card from the server's guest, and release its port."""
        port_id = str(operation.params["port_id"])
        self._unplug(server.id, port_id, checkpoint)
        row = self._ports.row_of(server.id, port_id)
        if row is not None:
            self._ports.release_row(server.id, row)
        return unchanged

    def _unplug(self, server_id: str, port_id: str, checkpoint: Checkpoint) -> None:
        try:
            self._driver.unplug_vif(server_id, port_id, checkpoint)
        except GuestNotFound:
            # A guest that is gone has no network card either.
            return
