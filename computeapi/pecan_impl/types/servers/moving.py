"""Actions that resize a server, and that confirm or revert this."""

from wsme.types import Unset

from computeapi.api import values
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING, FlavorRef, choice


class Resize(RequestType):
    """The parameters of a resize."""

    flavor_ref = RequestField(FlavorRef(), name="flavorRef", mandatory=True)
    disk_config = RequestField(choice(values.DISK_CONFIGS), name="OS-DCF:diskConfig")

    @property
    def kept_disk_config(self) -> str | None:
        """The disk configuration that the caller gave, or None."""
        return None if self.disk_config is Unset else self.disk_config


class MovingActions(RequestType):
    """``resize``, ``confirmResize`` and ``revertResize``."""

    resize = RequestField(Resize)
    confirm = RequestField(ANYTHING, name="confirmResize", nullable=True)
    revert = RequestField(ANYTHING, name="revertResize", nullable=True)
