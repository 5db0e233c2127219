"""The actions that attach resources of other services to a server, and detach them."""

from dataclasses import replace

from computeapi.domain.servers.action import Action
from computeapi.domain.servers.stages import On, Outcome, Stage
from computeapi.domain.servers.states import VmState

_WITH_CARDS = frozenset({VmState.ACTIVE, VmState.PAUSED, VmState.STOPPED})
ATTACH_INTERFACE = Action(
    "attach_interface",
    None,
    _WITH_CARDS,
    when_failed=Outcome.UNCHANGED,
    undo=(Stage("clear"),),
)
DETACH_INTERFACE = Action("detach_interface", None, _WITH_CARDS, when_failed=Outcome.UNCHANGED)
#: The same for a port that is gone, as the network service says.
LOSE_INTERFACE = replace(
    DETACH_INTERFACE,
    from_states=_WITH_CARDS | {VmState.RESCUED, VmState.RESIZED},
    allowed_when_locked=True,
)
_WITH_DISKS = frozenset({VmState.ACTIVE, VmState.PAUSED, VmState.STOPPED, VmState.RESIZED})
#: Undoing releases a volume that could not be attached, and keeps one that could not be detached.
ATTACH_VOLUME, DETACH_VOLUME = (
    Action(name, None, _WITH_DISKS, when_failed=Outcome.UNCHANGED, undo=(Stage("restore"),))
    for name in ("attach_volume", "detach_volume")
)
#: A guest that runs copies the volume. Undoing releases the other volume, and keeps the old one.
SWAP_VOLUME = replace(
    ATTACH_VOLUME, name="swap_volume", from_states=_WITH_DISKS - {VmState.STOPPED}
)
#: The same, where the servers may be shelved.
ATTACH_VOLUME_TO_ANY, DETACH_VOLUME_FROM_ANY = (
    replace(action, from_states=_WITH_DISKS | {VmState.SHELVED, VmState.SHELVED_OFFLOADED})
    for action in (ATTACH_VOLUME, DETACH_VOLUME)
)
_NOT_DELETED = frozenset(VmState) - {VmState.DELETED}
#: The volume service has made a volume larger, and does not say so again: the operation waits for
#: those that are under way. The server may be on another host then.
EXTEND_VOLUME = Action(
    "extend_volume",
    None,
    _NOT_DELETED,
    None,
    when_failed=Outcome.KEPT,
    stages=(Stage("run", On.PRESENT),),
    is_repeated=True,
    allowed_when_locked=True,
)
#: The volume service keeps a volume as a chain of files: the guest goes on with another one, or
#: files of the chain become one. The memory of a suspended guest knows the old file.
SNAPSHOT_VOLUME, MERGE_VOLUME = (
    Action(
        name,
        None,
        _NOT_DELETED - {VmState.SUSPENDED, VmState.SHELVED_OFFLOADED},
        when_failed=Outcome.UNCHANGED,
        undo=(Stage("restore"),),
        allowed_when_locked=True,
    )
    for name in ("volume_snapshot_create", "volume_snapshot_delete")
)
ATTACH_SHARE = Action("attach_share", None, frozenset({VmState.STOPPED}))
DETACH_SHARE = Action("detach_share", None, frozenset({VmState.STOPPED, VmState.ERROR}))
INTERFACE_ACTIONS = (ATTACH_INTERFACE, DETACH_INTERFACE)
#: Those on volumes that a worker carries out.
VOLUME_ACTIONS = (
    ATTACH_VOLUME,
    DETACH_VOLUME,
    SWAP_VOLUME,
    EXTEND_VOLUME,
    SNAPSHOT_VOLUME,
    MERGE_VOLUME,
)
#: The history of a server does not have them, as in Nova.
UNLISTED = (SNAPSHOT_VOLUME, MERGE_VOLUME)
