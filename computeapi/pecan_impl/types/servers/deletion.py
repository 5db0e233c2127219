"""The action that deletes a server at once."""

from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING


class DeletionActions(RequestType):
    """``forceDelete``."""

    force_delete = RequestField(ANYTHING, name="forceDelete", nullable=True)
