"""Actions that start, stop, reboot, pause and suspend a server."""

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
    """``os-start``, ``os-stop``, ``reboot``, ``pause``, ``unpause``, ``suspend`` and ``resume``."""

    start = RequestField(ANYTHING, name="os-start", nullable=True)
    stop = RequestField(ANYTHING, name="os-stop", nullable=True)
    reboot = RequestField(Reboot)
    pause = RequestField(ANYTHING, nullable=True)
    unpause = RequestField(ANYTHING, nullable=True)
    suspend = RequestField(ANYTHING, nullable=True)
    resume = RequestField(ANYTHING, nullable=True)
