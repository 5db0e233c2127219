"""The functions that carry out the stages of operations, and how they are found.

A step looks at no database and writes to none. It returns a change: what the server's row becomes
when the stage ends well.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from computeapi.domain.errors import Error
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Move, PowerState, Server, VmState
from computeapi.domain.servers.actions import Action
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Guest

#: Given the server's row, locked, and the database's clock.
Change = Callable[[Server, datetime], None]
#: Carries out one stage. It may be called again after any part of it, and does what is missing.
Step = Callable[[Server, Operation, Checkpoint], Change]
F = TypeVar("F", bound=Callable[..., Change])

_MARK = "carries_out"


def step(actions: Action | tuple[Action, ...], stage: str = "run") -> Callable[[F], F]:
    """Mark the method that carries out a stage of an action, or of several."""
    marked = actions if isinstance(actions, tuple) else (actions,)

    def mark(method: F) -> F:
        setattr(method, _MARK, [(action.name, stage) for action in marked])
        return method

    return mark


class StepRunner(Protocol):
    """Carries out the stages of operations."""

    def carry_out(self, operation: Operation, server: Server, checkpoint: Checkpoint) -> Change:
        """Carry out the stage that an operation is at.

        :raises computeapi.virt.driver.DriverError: when the hypervisor could not do it.
        :raises Error: when something else could not be had, or the time is up.
        """


class Steps:
    """The steps of several themes.

    :param themes: objects whose methods are marked by :func:`step`.
    """

    def __init__(self, *themes: object) -> None:
        self._steps: dict[tuple[str, str], Step] = {
            mark: method
            for theme in themes
            for method in (getattr(theme, name) for name in dir(type(theme)))
            for mark in getattr(method, _MARK, ())
        }

    def of(self, operation: Operation) -> Step:
        """Return the step that an operation is at.

        :raises Error: when there is none: another version of this service has accepted it.
        """
        found = self._steps.get((operation.action, operation.stage))
        if found is None:
            raise Error(
                f"This worker does not know the action {operation.action!r}, stage "
                f"{operation.stage!r}."
            )
        return found


def move_of(server: Server) -> Move:
    """Return the move that an operation is about.

    :raises Error: when there is none: the row was changed by hand.
    """
    if server.move is None:
        raise Error(f"Instance {server.id} is not being moved.")
    return server.move


def unchanged(_server: Server, _now: datetime) -> None:
    """Change nothing."""


def show_running(guest: Guest, server: Server, now: datetime) -> None:
    """Note in a server's row that its guest runs."""
    server.vm_state, server.task_state, server.fault = VmState.ACTIVE, None, None
    server.power_state, server.progress = guest.power_state, 0
    # The addresses of a server's ports are in its row already.
    server.addresses, server.ssh_port = guest.addresses or server.addresses, guest.ssh_port
    server.launched_at = server.launched_at or now
    server.forget_secrets()


def show(
    vm_state: str, power_state: int, ssh_port: int | None, server: Server, _now: datetime
) -> None:
    """Note in a server's row the state that an action on its power has reached."""
    server.vm_state, server.task_state, server.fault = vm_state, None, None
    server.power_state, server.ssh_port = power_state, ssh_port


def show_stopped(server: Server, now: datetime) -> None:
    """Note in a server's row that its guest is shut down."""
    show(VmState.STOPPED, PowerState.SHUTDOWN, None, server, now)
