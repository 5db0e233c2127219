"""Actions of administrators on servers."""

from computeapi.api.servers.status import RESET_STATES
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import choice


class ResetState(RequestType):
    """The parameters of a reset of the state."""

    state = RequestField(choice(RESET_STATES), mandatory=True)


class AdministrationActions(RequestType):
    """``os-resetState``."""

    reset_state = RequestField(ResetState, name="os-resetState")
