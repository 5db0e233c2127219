"""The actions that attach to a server what other services have, and detach it.

The other service does it: no worker carries them out.
"""

from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.states import VmState

ATTACH_INTERFACE, DETACH_INTERFACE = (
    Action(name, None, frozenset({VmState.ACTIVE, VmState.PAUSED, VmState.STOPPED}))
    for name in ("attach_interface", "detach_interface")
)
_WITH_DISKS = frozenset({VmState.ACTIVE, VmState.PAUSED, VmState.STOPPED, VmState.RESIZED})
ATTACH_VOLUME, DETACH_VOLUME, SWAP_VOLUME = (
    Action(name, None, _WITH_DISKS) for name in ("attach_volume", "detach_volume", "swap_volume")
)
#: The same, where the servers may be shelved.
ATTACH_VOLUME_TO_ANY, DETACH_VOLUME_FROM_ANY = (
    Action(action.name, None, _WITH_DISKS | {VmState.SHELVED, VmState.SHELVED_OFFLOADED})
    for action in (ATTACH_VOLUME, DETACH_VOLUME)
)
ATTACH_SHARE = Action("attach_share", None, frozenset({VmState.STOPPED}))
DETACH_SHARE = Action("detach_share", None, frozenset({VmState.STOPPED, VmState.ERROR}))
