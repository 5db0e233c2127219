"""Cut the power of guests whose hypervisor hangs, for operations that end these guests anyway."""

import logging
from collections.abc import Callable
from functools import partial

from computeapi.domain.operations import Operation
from computeapi.domain.servers import actions
from computeapi.worker.leases import Lease

LOG = logging.getLogger(__name__)

#: The actions that end a guest, or cut its power when it does not shut down.
_ENDING = frozenset(
    action.name
    for action in (
        *(actions.DELETE, actions.SOFT_DELETE, actions.STOP, actions.HARD_REBOOT),
        *(actions.REBUILD, actions.RESCUE, actions.UNRESCUE, actions.SHELVE, *actions.MOVES),
    )
)


class PowerCuts:
    """The means to end a call of the hypervisor's that hangs: the guest that it is about ends.

    :param cut_power: cuts the power of a server's guest, also while a call about it hangs; None
        where no call hangs.
    """

    def __init__(self, cut_power: Callable[[str], None] | None) -> None:
        self._cut_power = cut_power

    def of(self, operation: Operation) -> Callable[[], None] | None:
        """Return the function that cuts the guest's power; None where it stays on."""
        if self._cut_power is None or operation.action not in _ENDING:
            return None
        return partial(self._cut_power, operation.server_id)

    def cut(self, lease: Lease) -> None:
        """End the call that an operation may hang in, while another waits; nothing is raised."""
        operation = lease.operation
        with lease.cutting:
            if self._cut_power is None or lease.ended.is_set():
                return
            name = f"{operation.action} of server {operation.server_id}"
            LOG.warning("The %s holds up an operation: the power of its guest is cut", name)
            try:
                self._cut_power(operation.server_id)
            except Exception:
                # The operation that waits cuts the power itself when the time of this one is up.
                LOG.exception("Could not cut the power of server %s", operation.server_id)
