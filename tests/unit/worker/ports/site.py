"""A host with a hypervisor, Neutron and a worker that dies at any step."""

from computeapi.worker.operations import Limits, Operations
from computeapi.worker.ports import Ports
from computeapi.worker.servers import Servers
from computeapi.worker.servers.networking import Networked
from computeapi.worker.transfers import Transfers
from tests.unit.worker.disks import site


class Site(site.Site):
    """A host whose servers have ports."""

    def __init__(self, db, images, folder, binding) -> None:
        super().__init__(db, images, folder)
        transfers = Transfers(folder, None)
        servers = Servers(self.driver, images, lambda _server: {}, transfers, None, 5.0)
        self.ports = Ports(db, binding, "h1")
        steps = Networked(servers, self.driver, self.ports)
        self.operations = Operations(db, steps, "h1", Limits(), lambda _host: None)
