"""The workers of a cloud, which work when they are told to."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from computeapi import images, network, volumes
from computeapi.domain.volumes import Connector
from computeapi.virt.config_drive import build_files
from computeapi.virt.fake import FakeDriver
from computeapi.virt.volume_disks import Mounts
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.evacuations import EvacuationMarks, Evacuations
from computeapi.worker.leases import Lease
from computeapi.worker.left_volumes import LeftVolumes
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.ports import Ports
from computeapi.worker.servers import Servers
from computeapi.worker.servers.networking import Networked
from computeapi.worker.servers.steps import StepRunner
from computeapi.worker.servers.with_volumes import WithVolumes, with_volumes
from computeapi.worker.transfers import Transfers
from computeapi.worker.uploads import Uploads

if TYPE_CHECKING:
    from tests.contract.clouds import Cloud


class Worker:
    """The worker of one host of a cloud."""

    def __init__(self, cloud: "Cloud", host: str, driver: FakeDriver, folder: Path) -> None:
        self._db = cloud.db
        self._host = host
        transfers = Transfers(folder / "instances", images.load_transfers(cloud.conf))
        marks = EvacuationMarks(transfers.folder)
        self._evacuations = Evacuations(cloud.db, driver, marks, host, lambda: True)
        cache = images.load_cache(cloud.conf)
        self.driver, found, own = driver, volumes.load(cloud.conf), driver
        self._devices = BlockDevices(cloud.db, found, Connector(host), Mounts([]), 2.0)
        if found.is_enabled:
            driver = with_volumes(driver, self._devices)
        uploads = Uploads(driver, images.load_snapshots(cloud.conf), folder / "instances")
        steps: StepRunner = Servers(driver, cache, build_files, transfers, uploads, 1.0)
        if found.is_enabled:
            steps = WithVolumes(steps, own, self._devices, 5.0)
        binding = network.load_ports(cloud.conf)
        self.ports = Ports(cloud.db, binding, host) if binding else None
        if self.ports is not None:
            steps = Networked(steps, own, self.ports)
        self._operations = Operations(cloud.db, steps, host, Limits(1), cloud.cast)

    def look(self) -> None:
        """Remove the guests of servers that were evacuated, and release volumes of deleted ones."""
        self._evacuations.look()
        LeftVolumes(self._db, self._devices, 1.0).look()

    def work(self) -> bool:
        """Carry out an operation of the host; return whether there was one."""
        with self._db.write() as tx:
            operation = tx.operations.claim(self._host, "contract", 60)
        if operation is not None:
            self._operations.carry_out(Lease(operation, 60, 60, time.monotonic()))
        return operation is not None
