"""Actions that administer servers."""

from computeapi.api.servers import changes
from computeapi.api.servers.status import RESET_STATES
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING, NULL, TEXT, choice


class ResetState(RequestType):
    """The parameters of a reset of the state."""

    state = RequestField(choice(RESET_STATES), mandatory=True)


class ChangePassword(RequestType):
    """The parameters of a change of the administrative password."""

    password = RequestField(TEXT, name="adminPass", mandatory=True)


class AdministrationActions(RequestType):
    """``os-resetState``, ``injectNetworkInfo``, ``changePassword``, ``trigger_crash_dump``."""

    reset_state = RequestField(ResetState, name="os-resetState")
    inject_network_info = RequestField(ANYTHING, name="injectNetworkInfo", nullable=True)
    change_password = RequestField(ChangePassword, name="changePassword")
    trigger_crash_dump = RequestField(NULL, span=changes.CRASH_DUMP, nullable=True)
