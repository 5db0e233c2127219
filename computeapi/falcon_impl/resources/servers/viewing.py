"""The view that a caller has of servers."""

from computeapi.api.servers import changes
from computeapi.domain.servers import ShownServer
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views.servers.view import ServerView
from computeapi.service.servers.listing import Listing


class Viewing:
    """Makes the views that callers have of servers."""

    def __init__(self, service: Listing) -> None:
        self._service = service

    def of(self, req: Request, server: ShownServer | None = None) -> ServerView:
        """Return the view of the caller of a request.

        :param server: the only server that is shown; None for a list of the caller's project.
        """
        sight = self._service.sight(
            req.context,
            server,
            flavors=req.version in changes.FLAVOR_EMBEDDED,
            statuses=req.version in changes.HOST_STATUS,
        )
        view = ServerView.of(req)
        view.extended = sight.extended
        view.shows_extra_specs = sight.extra_specs
        view.hosts = sight.hosts
        if server is not None:
            view.volumes = self._service.volumes([server])
        return view
