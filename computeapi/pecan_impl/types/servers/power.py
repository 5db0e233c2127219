"""Actions that start, stop and reboot a server."""

from computeapi.api import values
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING, choice


class Reboot(RequestType):
    """The parameters of a reboot."""

    type = RequestField(choice(values.REBOOTS), mandatory=True)

    @property
    def is_hard(self) -> bool:
        """Whether the power is cut."""
        return self.type.upper() == "HARD"


class PowerActions(RequestType):
    """``os-start``, ``os-stop`` and ``reboot``."""

    start = RequestField(ANYTHING, name="os-start", nullable=True)
    stop = RequestField(ANYTHING, name="os-stop", nullable=True)
    reboot = RequestField(Reboot)
