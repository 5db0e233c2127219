"""Actions on a server that were removed from the API."""

from computeapi.api.servers import changes
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING


class RemovedActions(RequestType):
    """``os-getRDPConsole`` and ``resetNetwork``."""

    get_rdp_console = RequestField(
        ANYTHING, name="os-getRDPConsole", span=changes.CONSOLE_ACTIONS, nullable=True
    )
    reset_network = RequestField(ANYTHING, name="resetNetwork", nullable=True)
