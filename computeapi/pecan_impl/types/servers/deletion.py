"""The actions that delete a server at once, and that restore one."""

from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING


class DeletionActions(RequestType):
    """``forceDelete`` and ``restore``."""

    force_delete = RequestField(ANYTHING, name="forceDelete", nullable=True)
    restore = RequestField(ANYTHING, nullable=True)
