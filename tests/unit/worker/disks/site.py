"""A host with a hypervisor, images and a worker that dies at any step."""

import time

from computeapi import conf as options
from computeapi.domain.operations import Operation
from computeapi.virt.fake import FakeDriver
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.reconcile import Reconcile
from computeapi.worker.servers import Servers
from computeapi.worker.transfers import Transfers

#: Stands in the console for what the user of a guest wrote to its disk.
DIRTY = "a file written before"


class Site:
    """A host with a hypervisor, images and a worker."""

    def __init__(self, db, images, folder) -> None:
        conf = options.load()
        conf.set_override("state_path", str(folder))
        self._db = db
        self._images = images
        self.driver = FakeDriver(conf)
        drives = []
        self.drives = drives

        def config_drive(server):
            drives.append(server.admin_password)
            return {}

        servers = Servers(self.driver, images, config_drive, Transfers(folder, None), None, 5.0)
        self.operations = Operations(db, servers, "h1", Limits(), lambda _host: None)

    def accept(self, action, server_id, change=lambda server: None, **params) -> None:
        """Accept an action, as the API does."""
        with self._db.write() as tx:
            server = tx.servers.get(server_id, lock=True)
            operation = Operation.of(action, server, "u1", "req-1", params=params)
            change(server)
            server.begin(action)
            tx.servers.save(server)
            tx.claims.keep(server_id, server.claims)
            tx.operations.expedite(server_id)
            tx.operations.add(operation)

    def work(self) -> int:
        """Make the worker carry out all operations; return how often it died meanwhile."""
        died = 0
        while True:
            try:
                operation = self._db.claim()
                if operation is None:
                    return died
                self.operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))
            except SystemExit:
                died += 1
                until = [o.lease_until for o in self._db.operations() if o.lease_until]
                self._db.now = max([self._db.now, *until])

    def record(self, server_id):
        return self.driver._records.read(server_id)

    def reconcile(self) -> None:
        """Compare the guests with the servers, as a worker does at times."""
        driver, images = self.driver, self._images
        Reconcile(self._db, driver, images, "h1", lambda _server: False, lambda: True).everything()
