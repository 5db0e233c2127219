"""Actions that boot a server from a rescue image, and from its own disk again."""

from wsme.types import Unset

from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import ANYTHING, TEXT, UUID


class Rescue(RequestType):
    """The parameters of a rescue."""

    admin_password = RequestField(TEXT, name="adminPass", default=None)
    image_ref = RequestField(UUID, name="rescue_image_ref", default=None)


class RescueActions(RequestType):
    """``rescue`` and ``unrescue``."""

    rescue = RequestField(Rescue, nullable=True)
    unrescue = RequestField(ANYTHING, nullable=True)


class Rescued(ResponseType):
    """The answer to a rescue."""

    adminPass = ResponseField(str, optional=True)

    @classmethod
    def of(cls, password: str | None) -> "Rescued":
        """Return the answer; it has no password when passwords are not shown."""
        return cls(adminPass=Unset if password is None else password)
