"""The steps of operations on servers, a module a theme."""

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.ports.images import ImageCache
from computeapi.virt.driver import Driver
from computeapi.worker.evacuations import EvacuationMarks
from computeapi.worker.servers.administration import Administration
from computeapi.worker.servers.creation import Creation
from computeapi.worker.servers.deletion import Deletion
from computeapi.worker.servers.evacuating import Evacuating
from computeapi.worker.servers.live_migrating import LiveMigrating
from computeapi.worker.servers.moving import Moving
from computeapi.worker.servers.power import Power
from computeapi.worker.servers.rebuilding import Rebuilding
from computeapi.worker.servers.rescue import Rescue
from computeapi.worker.servers.shelving import Shelving
from computeapi.worker.servers.snapshots import Snapshots
from computeapi.worker.servers.steps import Change, Steps
from computeapi.worker.transfers import Transfers
from computeapi.worker.uploads import Uploads

__all__ = ["Change", "Servers"]


class Servers:
    """The steps of a worker on servers, by action and stage.

    :param transfers: bring the disks of servers from one host to another.
    :param uploads: bring the disks of servers into images.
    :param shutdown_timeout: seconds that a guest has to shut down when asked.
    """

    def __init__(
        self,
        driver: Driver,
        images: ImageCache,
        config_drive: ConfigDrive,
        transfers: Transfers,
        uploads: Uploads,
        shutdown_timeout: float,
    ) -> None:
        self._steps = Steps(
            Creation(driver, images, config_drive),
            Deletion(driver, shutdown_timeout),
            Power(driver, shutdown_timeout),
            Administration(driver),
            Rebuilding(driver, images, config_drive, shutdown_timeout),
            Rescue(driver, images, config_drive, shutdown_timeout),
            Moving(driver, config_drive, transfers, shutdown_timeout),
            LiveMigrating(driver, config_drive, transfers),
            Snapshots(uploads),
            Evacuating(
                driver, images, config_drive, EvacuationMarks(transfers.folder), shutdown_timeout
            ),
            Shelving(driver, images, config_drive, uploads, shutdown_timeout),
        )

    def carry_out(self, operation: Operation, server: Server, checkpoint: Checkpoint) -> Change:
        """Carry out the stage that an operation is at.

        :raises DriverError: when the hypervisor could not do it.
        :raises Error: when something else could not be had, or the time is up.
        """
        step = self._steps.of(operation)
        checkpoint()
        return step(server, operation, checkpoint)
