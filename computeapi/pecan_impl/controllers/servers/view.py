"""The caller's view of servers, and the base of the controllers of a server."""

from computeapi.api.servers import changes
from computeapi.domain.servers import ShownServer
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.view import ServerView


class ServerResource(Resource):
    """A controller of a server, or of a part of it."""

    @property
    def server_id(self) -> str:
        """The id of the server, the first variable segment of the path."""
        return self._ids[0]


def view(server: ShownServer | None = None) -> ServerView:
    """Return the caller's view of a server, or of their own project's servers."""
    request = current()
    embeds_flavor = request.version in changes.FLAVOR_EMBEDDED
    listing, shows_status = request.services.servers.listing, request.version in changes.HOST_STATUS
    sight = listing.sight(request.context, server, flavors=embeds_flavor, statuses=shows_status)
    return ServerView(
        links=request.links,
        extended=sight.extended,
        is_basic=request.version in changes.BASICS and not sight.extended,
        is_admin=request.context.is_admin,
        embeds_flavor=embeds_flavor,
        shows_extra_specs=sight.extra_specs,
        hosts=sight.hosts,
        volumes=listing.volumes([server]) if server else {},
    )
