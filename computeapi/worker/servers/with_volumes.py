"""The steps of operations in a cloud with a volume service: the work that volumes add."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, cast

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, TaskState, VmState, actions, attaching
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Driver, GuestNotFound, GuestSpec
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.servers.steps import Change, StepRunner, Steps
from computeapi.worker.servers.volume_attachments import VolumeAttachments
from computeapi.worker.servers.volume_snapshots import VolumeSnapshots
from computeapi.worker.volume_sizes import show_sizes

_VOLUME_ACTIONS = frozenset(action.name for action in attaching.VOLUME_ACTIONS)
#: The methods of the driver that are given the guest to be made, as their first argument.
_MAKING = frozenset({"adopt", "rebuild", "replace", "rescue", "spawn", "unpark", "unrescue"})
#: Those that start a guest that is there, whose id is their first argument.
_STARTING = frozenset({"power_on", "reboot", "resume"})


class WithVolumes:
    """The steps of all operations; those on the volumes of servers among them.

    :param steps: of the operations that are not about volumes. Their driver is
        :func:`with_volumes`.
    :param shutdown_timeout: seconds that a guest has to shut down when asked.
    """

    def __init__(
        self, steps: StepRunner, driver: Driver, devices: BlockDevices, shutdown_timeout: float
    ) -> None:
        self._steps = steps
        self._driver = driver
        self._devices = devices
        self._shutdown_timeout = shutdown_timeout
        self._own = Steps(VolumeAttachments(driver, devices), VolumeSnapshots(driver, devices))

    def carry_out(self, operation: Operation, server: Server, checkpoint: Checkpoint) -> Change:
        """Carry out the stage that an operation is at.

        :raises computeapi.virt.driver.DriverError: when the hypervisor could not do it.
        :raises Error: when something else could not be had, or the time is up.
        """
        if operation.action in _VOLUME_ACTIONS:
            checkpoint()
            return self._own.of(operation)(server, operation, checkpoint)
        if operation.action == actions.CREATE.name:
            self._devices.ready(server, checkpoint)
        if (operation.action, operation.stage) == (actions.REBUILD.name, "replace"):
            self._reimage(server, operation, checkpoint)
        change = self._steps.carry_out(operation, server, checkpoint)
        if operation.action == actions.DELETE.name:
            self._devices.release_all(server)
        if (operation.action, operation.stage) == (actions.EVACUATE.name, "clear"):
            # Its guest is where it was, if its host ever comes back.
            self._devices.give_back(server, operation.source_host or "")
        if _is_offloaded(operation, server):
            self._devices.disconnect(server)
        return change

    def _reimage(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> None:
        """Make the volume anew that a server boots from, if that is wished; its guest is off."""
        image_id = operation.params.get("reimage")
        if image_id is None:
            return
        with suppress(GuestNotFound):
            self._driver.power_off(server.id, self._shutdown_timeout, checkpoint)
        self._devices.reimage(server, str(image_id), checkpoint)


def _is_offloaded(operation: Operation, server: Server) -> bool:
    """Return whether a stage has taken a server off its host."""
    stage = (operation.action, operation.stage)
    if stage == (actions.SHELVE.name, "offload"):
        return server.task_state == TaskState.SHELVING_OFFLOADING
    if stage == (actions.UNSHELVE.name, "clear"):
        return server.vm_state != VmState.SHELVED
    return operation.action == actions.SHELVE_OFFLOAD.name


def with_volumes(driver: Driver, devices: BlockDevices) -> Driver:
    """Return a driver that makes guests with the volumes of their servers."""
    return cast(Driver, _DriverWithVolumes(driver, devices))


class _DriverWithVolumes:
    """Another driver; the guests that are made have the volumes of their servers."""

    def __init__(self, driver: Driver, devices: BlockDevices) -> None:
        self._driver = driver
        self._devices = devices

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._driver, name)
        if name in _STARTING:
            return partial(self._start, method)
        return partial(self._make, method) if name in _MAKING else method

    def _start(
        self, method: Callable[..., Any], server_id: str, *arguments: Any, **named: Any
    ) -> Any:
        guest = method(server_id, *arguments, **named)
        show_sizes(self._driver, self._devices, server_id)
        return guest

    def _make(
        self, method: Callable[..., Any], spec: GuestSpec, *arguments: Any, **named: Any
    ) -> Any:
        volumes = self._devices.disks(spec.server_id)
        if any(volume.bootable for volume in volumes):
            # The root disk is the volume.
            spec = replace(spec, disk_gb=0)
        guest = method(replace(spec, volumes=volumes), *arguments, **named)
        if volumes:
            show_sizes(self._driver, self._devices, spec.server_id)
        return guest
