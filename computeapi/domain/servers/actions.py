"""The actions on servers, as data."""

from dataclasses import replace

from computeapi.domain.migration_status import MigrationStatus
from computeapi.domain.servers import attaching
from computeapi.domain.servers.action import IDLE, RUN, Action
from computeapi.domain.servers.stages import On, Outcome, Stage
from computeapi.domain.servers.states import TaskState, VmState

#: The parts of an action, for the modules that look at both.
__all__ = ["IDLE", "RUN", "Action", "On", "Outcome", "Stage"]

#: States of a server whose guest was made, and is neither resized, rescued nor shelved.
_BOOTED = frozenset({VmState.ACTIVE, VmState.STOPPED, VmState.PAUSED, VmState.SUSPENDED})
_BOOTED_OR_ERROR = _BOOTED | {VmState.ERROR}
_LIVE = frozenset(VmState) - {VmState.DELETED}
#: Tasks that a hard reboot may follow: after each of them a guest can hang.
_REBOOTABLE = frozenset(
    {
        None,
        TaskState.REBOOTING,
        TaskState.REBOOTING_HARD,
        TaskState.PAUSING,
        TaskState.UNPAUSING,
        TaskState.SUSPENDING,
        TaskState.RESUMING,
    }
)
_UNCHANGED = Outcome.UNCHANGED
_EACH = (Stage("run", On.EACH),)

#: A server that is being created begins in its task state: there is nothing to start from.
CREATE = Action("create", TaskState.SCHEDULING, frozenset())
START = Action("start", TaskState.POWERING_ON, frozenset({VmState.STOPPED}), needs_host_first=True)
STOP = Action(
    "stop",
    TaskState.POWERING_OFF,
    frozenset({VmState.ACTIVE, VmState.ERROR}),
    needs_host_first=True,
)
REBOOT = Action("reboot", TaskState.REBOOTING, frozenset({VmState.ACTIVE}))
HARD_REBOOT = Action("reboot", TaskState.REBOOTING_HARD, _BOOTED_OR_ERROR, _REBOOTABLE)
PAUSE = Action("pause", TaskState.PAUSING, frozenset({VmState.ACTIVE}), when_failed=_UNCHANGED)
UNPAUSE = Action(
    "unpause", TaskState.UNPAUSING, frozenset({VmState.PAUSED}), when_failed=_UNCHANGED
)
SUSPEND = Action("suspend", TaskState.SUSPENDING, PAUSE.from_states, when_failed=_UNCHANGED)
RESUME = Action(
    "resume", TaskState.RESUMING, frozenset({VmState.SUSPENDED}), when_failed=_UNCHANGED
)
#: The target names the folder for its instances; the source sets the guest aside and hands it over.
RESIZE = Action(
    "resize",
    TaskState.RESIZE_PREP,
    frozenset({VmState.ACTIVE, VmState.STOPPED}),
    when_failed=_UNCHANGED,
    stages=(
        Stage("prepare", On.TARGET, MigrationStatus.PRE_MIGRATING),
        Stage("pack", On.SOURCE, MigrationStatus.MIGRATING),
        Stage("unpack", On.TARGET, MigrationStatus.POST_MIGRATING),
    ),
    undo=(
        Stage("clear", On.TARGET, MigrationStatus.ERROR),
        Stage("restore", On.SOURCE, MigrationStatus.ERROR),
    ),
    migration_done=MigrationStatus.FINISHED,
)
#: A resize to another host that keeps the size.
MIGRATE = replace(RESIZE, name="migrate")
#: The actions that are confirmed or reverted when they are done.
MOVES = (RESIZE, MIGRATE)
#: The target of these two is the host that the server was moved from.
CONFIRM_RESIZE = Action(
    "confirmResize",
    TaskState.RESIZE_CONFIRMING,
    frozenset({VmState.RESIZED}),
    when_failed=_UNCHANGED,
    stages=(Stage("run", On.TARGET, MigrationStatus.CONFIRMING),),
    migration_done=MigrationStatus.CONFIRMED,
)
REVERT_RESIZE = Action(
    "revertResize",
    TaskState.RESIZE_REVERTING,
    frozenset({VmState.RESIZED}),
    stages=(
        Stage("discard", On.SOURCE, MigrationStatus.REVERTING),
        Stage("restore", On.TARGET, MigrationStatus.REVERTING),
    ),
    migration_done=MigrationStatus.REVERTED,
)
#: Its last stage does nothing where shelved servers keep their guests for a while.
SHELVE = Action(
    "shelve",
    TaskState.SHELVING,
    _BOOTED,
    when_failed=Outcome.UNDONE,
    stages=(Stage("stop"), Stage("copy"), Stage("upload"), Stage("offload")),
    undo=(Stage("restore"),),
)
SHELVE_OFFLOAD = Action(
    "shelveOffload",
    TaskState.SHELVING_OFFLOADING,
    frozenset({VmState.SHELVED}),
    when_failed=_UNCHANGED,
)
#: The server has its new host, if it needs one, when this is accepted.
UNSHELVE = Action(
    "unshelve",
    TaskState.UNSHELVING,
    frozenset({VmState.SHELVED, VmState.SHELVED_OFFLOADED}),
    when_failed=Outcome.UNDONE,
    undo=(Stage("clear"),),
)
_COPY = (Stage("snapshot"), Stage("upload"))
CREATE_IMAGE = Action(
    "createImage",
    TaskState.IMAGE_SNAPSHOT_PENDING,
    _BOOTED,
    when_failed=_UNCHANGED,
    stages=_COPY,
    undo=(Stage("clear"),),
    allowed_when_locked=True,
)
CREATE_BACKUP = Action(
    "createBackup",
    TaskState.IMAGE_BACKUP,
    _BOOTED,
    when_failed=_UNCHANGED,
    stages=(*_COPY, Stage("rotate")),
    undo=(Stage("clear"),),
    allowed_when_locked=True,
)
#: It sets no task state, as in Nova.
TRIGGER_CRASH_DUMP = Action(
    "trigger_crash_dump",
    None,
    frozenset({VmState.ACTIVE, VmState.PAUSED, VmState.RESCUED, VmState.RESIZED, VmState.ERROR}),
    when_failed=_UNCHANGED,
    needs_host_first=True,
)
#: Its first stage fetches the image and touches nothing of the guest. Undoing takes the image back
#: that the server had, unless its disk is being made anew.
REBUILD = Action(
    "rebuild",
    TaskState.REBUILDING,
    frozenset({VmState.ACTIVE, VmState.STOPPED, VmState.ERROR}),
    stages=(Stage("fetch"), Stage("replace")),
    undo=(Stage("keep"),),
)
#: Its target makes the guest, from the disks where hosts share them; its source is down.
EVACUATE = Action(
    "evacuate",
    TaskState.REBUILDING,
    frozenset({VmState.ACTIVE, VmState.STOPPED, VmState.ERROR}),
    stages=(Stage("run", On.TARGET, MigrationStatus.PRE_MIGRATING),),
    undo=(Stage("clear", On.TARGET, MigrationStatus.ERROR),),
    migration_done=MigrationStatus.DONE,
)
_RESTORE = (Stage("restore"),)
RESCUE = Action(
    "rescue", TaskState.RESCUING, REBUILD.from_states, when_failed=_UNCHANGED, undo=_RESTORE
)
UNRESCUE = Action(
    "unrescue", TaskState.UNRESCUING, frozenset({VmState.RESCUED}), when_failed=_UNCHANGED
)
#: The guest goes over with its memory. The old host removes what it set aside when it is told to.
LIVE_MIGRATE = Action(
    "live-migration",
    TaskState.MIGRATING,
    frozenset({VmState.ACTIVE, VmState.PAUSED}),
    when_failed=_UNCHANGED,
    stages=(
        Stage("prepare", On.TARGET, MigrationStatus.PREPARING),
        Stage("send", On.SOURCE, MigrationStatus.RUNNING),
        Stage("receive", On.TARGET, MigrationStatus.POST_MIGRATING),
    ),
    undo=(
        Stage("clear", On.TARGET, MigrationStatus.ERROR),
        Stage("restore", On.SOURCE, MigrationStatus.ERROR),
    ),
    migration_done=MigrationStatus.DONE,
)
DELETE = Action("delete", TaskState.DELETING, _LIVE, None, stages=_EACH, is_endless=True)
#: A delete that is deferred. It waits for the end of what is under way, as a server in the middle
#: of an action could not be restored.
SOFT_DELETE = Action(
    "softDelete",
    TaskState.SOFT_DELETING,
    _LIVE,
    None,
    when_failed=_UNCHANGED,
    stages=(Stage("run", On.PRESENT),),
    is_endless=True,
)
RESTORE = Action(
    "restore", TaskState.RESTORING, frozenset({VmState.SOFT_DELETED}), when_failed=_UNCHANGED
)

#: Actions of one name have the same stages: an operation finds them by the name.
ACTIONS = (
    CREATE,
    START,
    STOP,
    REBOOT,
    HARD_REBOOT,
    PAUSE,
    UNPAUSE,
    SUSPEND,
    RESUME,
    RESIZE,
    MIGRATE,
    CONFIRM_RESIZE,
    REVERT_RESIZE,
    SHELVE,
    SHELVE_OFFLOAD,
    UNSHELVE,
    CREATE_IMAGE,
    CREATE_BACKUP,
    TRIGGER_CRASH_DUMP,
    REBUILD,
    EVACUATE,
    RESCUE,
    UNRESCUE,
    LIVE_MIGRATE,
    *attaching.INTERFACE_ACTIONS,
    *attaching.VOLUME_ACTIONS,
    DELETE,
    SOFT_DELETE,
    RESTORE,
)

#: Actions that are done when they are accepted: no worker carries them out.
UPDATE_METADATA = Action("update metadata", None, _BOOTED)
UPDATE_TAGS = Action("update tags", None, _BOOTED, None, allowed_when_locked=True)
RESET_STATE = Action("resetState", None, _LIVE, None, allowed_when_locked=True)
#: The worker does it while the caller waits: the password is kept nowhere.
CHANGE_PASSWORD = Action("changePassword", None, frozenset({VmState.ACTIVE}))
INJECT_NETWORK_INFO = Action("injectNetworkInfo", None, _LIVE, None)
LOCK = Action("lock", None, _LIVE, None, allowed_when_locked=True)
UNLOCK = Action("unlock", None, _LIVE, None, allowed_when_locked=True)


def named(name: str) -> Action | None:
    """Return the action that an operation names, or None when there is none."""
    return next((action for action in ACTIONS if action.name == name), None)
