"""An action on servers."""

from dataclasses import dataclass

from computeapi.domain.migration_status import MigrationStatus
from computeapi.domain.servers.stages import Outcome, Stage
from computeapi.domain.servers.states import TaskState, VmState

IDLE: frozenset[TaskState | None] = frozenset({None})
RUN = Stage("run")


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done to a server.

    :ivar name: as 409s, operations and Nova's ``os-instance-actions`` call it.
    :ivar task: the task state that accepting it sets; None leaves it as it is.
    :ivar from_states: the states it may start from.
    :ivar from_tasks: the task states it may start from; None for any.
    :ivar when_failed: what becomes of the server when it has failed for good.
    :ivar stages: its parts, in their order.
    :ivar undo: the parts that take back what was done when a stage has failed for good; they end
        in the outcome ``when_failed``.
    :ivar is_endless: whether it is tried again until it succeeds.
    :ivar is_repeated: whether it is tried again after every error, for as long as other actions are
        after an error that may pass; operations that wait behind it go first.
    :ivar needs_host_first: whether a server without a host is refused for that, whatever its state.
    :ivar allowed_when_locked: whether callers who are no administrators may do it to a server that
        is locked.
    :ivar migration_done: the status of the record of the move when the operation has succeeded;
        None for an action that moves no server.
    """

    name: str
    task: TaskState | None
    from_states: frozenset[VmState]
    from_tasks: frozenset[TaskState | None] | None = IDLE
    when_failed: Outcome = Outcome.ERROR
    stages: tuple[Stage, ...] = (RUN,)
    undo: tuple[Stage, ...] = ()
    is_endless: bool = False
    is_repeated: bool = False
    needs_host_first: bool = False
    allowed_when_locked: bool = False
    migration_done: MigrationStatus | None = None

    def stage(self, name: str) -> Stage:
        """Return one of the stages, or of those that undo them.

        :raises LookupError: when there is none of this name.
        """
        for stage in (*self.stages, *self.undo):
            if stage.name == name:
                return stage
        raise LookupError(f"The action {self.name} has no stage {name}")

    def after(self, name: str) -> Stage | None:
        """Return the stage that comes after one, or None after the last."""
        for stages in (self.stages, self.undo):
            names = [stage.name for stage in stages]
            if name in names[:-1]:
                return stages[names.index(name) + 1]
        return None
