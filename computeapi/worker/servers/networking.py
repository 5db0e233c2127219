"""The ports of servers, bound before a guest needs them and released when it is gone."""

import logging

from computeapi.domain.errors import Error, Unavailable
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, TaskState, VmState, actions, attaching
from computeapi.domain.servers.actions import Action
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Driver, DriverError, DriverUnavailable
from computeapi.worker.ports import Ports
from computeapi.worker.servers.interfaces import Interfaces
from computeapi.worker.servers.steps import Change, StepRunner, Steps

LOG = logging.getLogger(__name__)


def _stages(*stages: tuple[Action, str]) -> frozenset[tuple[str, str]]:
    return frozenset((action.name, stage) for action, stage in stages)


_OWN = frozenset({attaching.ATTACH_INTERFACE.name, attaching.DETACH_INTERFACE.name})
#: The stages that make a guest on this host.
_BINDING = _stages(
    (actions.CREATE, "run"),
    (actions.UNSHELVE, "run"),
    (actions.EVACUATE, "run"),
    (actions.RESIZE, "unpack"),
    (actions.MIGRATE, "unpack"),
    (actions.RESIZE, "restore"),
    (actions.MIGRATE, "restore"),
    (actions.REVERT_RESIZE, "restore"),
    (actions.LIVE_MIGRATE, "receive"),
    (actions.LIVE_MIGRATE, "restore"),
)


class Networked:
    """Carries out steps, with the ports of their servers.

    :param steps: carries out the steps of actions that need no network service.
    """

    def __init__(self, steps: StepRunner, driver: Driver, ports: Ports) -> None:
        self._steps = steps
        self._ports = ports
        self._own = Steps(Interfaces(driver, ports))

    def carry_out(self, operation: Operation, server: Server, checkpoint: Checkpoint) -> Change:
        """Carry out the stage that an operation is at; see ``Servers.carry_out``."""
        stage = (operation.action, operation.stage)
        if operation.action in _OWN:
            checkpoint()
            return self._own.of(operation)(server, operation, checkpoint)
        if stage in _BINDING and server.interfaces is not None:
            checkpoint()
            server = self._bind(operation, server, checkpoint)
        change = self._carry_out(operation, server, checkpoint)
        if operation.action == actions.DELETE.name:
            self._release(server)
        elif _leaves(stage, server):
            self._ports.unbind(server)
        return change

    def _bind(self, operation: Operation, server: Server, checkpoint: Checkpoint) -> Server:
        try:
            if operation.action == actions.CREATE.name:
                return self._ports.bind_new(server, checkpoint)
            return self._ports.bind_again(server, checkpoint)
        except Unavailable:
            # The next attempt goes on with what there is.
            raise
        except Error:
            self._clear(operation, server)
            raise

    def _carry_out(self, operation: Operation, server: Server, checkpoint: Checkpoint) -> Change:
        try:
            return self._steps.carry_out(operation, server, checkpoint)
        except (Unavailable, DriverUnavailable):
            raise
        except (Error, DriverError):
            self._clear(operation, server)
            raise

    def _clear(self, operation: Operation, server: Server) -> None:
        """Release the ports of a server that could not be created: it never gets a guest."""
        if operation.action == actions.CREATE.name:
            self._release(server)

    def _release(self, server: Server) -> None:
        """Release the ports of a server, or leave that to the thread of ports."""
        try:
            self._ports.release(server)
        except Error as error:
            LOG.warning("Server %s: its ports stay for now: %s", server.id, error)


def _leaves(stage: tuple[str, str], server: Server) -> bool:
    """Return whether a server is on no host after a stage of an action."""
    match stage:
        case (actions.SHELVE.name, "offload"):
            return server.task_state == TaskState.SHELVING_OFFLOADING
        case (actions.UNSHELVE.name, "clear"):
            return server.vm_state != VmState.SHELVED
        case _:
            return stage == (actions.SHELVE_OFFLOAD.name, "run")
