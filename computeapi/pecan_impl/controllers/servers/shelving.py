"""Actions that shelve a server, remove it from its host, and unshelve it."""

from computeapi.domain.servers.shelving import NOWHERE, Unshelving
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.shelving import UnshelveInZone, UnshelveOnHost


class ShelvingActionController(ServerResource, ActionResource):
    """``shelve``, ``shelveOffload`` and ``unshelve``."""

    @action()
    def shelve(self, parameters: object) -> None:
        """Shelve a server."""
        request = current()
        request.services.servers.shelving.shelve(request.context, self.server_id)

    @action()
    def shelve_offload(self, parameters: object) -> None:
        """Remove a shelved server from its host."""
        request = current()
        request.services.servers.shelving.offload(request.context, self.server_id)

    @action()
    def unshelve(self, parameters: object) -> None:
        """Unshelve a server."""
        self._unshelve(NOWHERE)

    @action()
    def unshelve_in_zone(self, parameters: UnshelveInZone | None) -> None:
        """Unshelve a server."""
        self._unshelve(parameters.wanted() if parameters else NOWHERE)

    @action()
    def unshelve_on_host(self, parameters: UnshelveOnHost | None) -> None:
        """Unshelve a server."""
        self._unshelve(parameters.wanted() if parameters else NOWHERE)

    def _unshelve(self, wanted: Unshelving) -> None:
        request = current()
        request.services.servers.shelving.unshelve(request.context, self.server_id, wanted)
