"""The caller's view of servers, and the base of the controllers of a server."""

from computeapi.api.servers import changes
from computeapi.domain.servers import ShownServer
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.view import View
from computeapi.policies.servers.listing import EXTENDED_ATTRIBUTES, FLAVOR_EXTRA_SPECS


class ServerResource(Resource):
    """A controller of a server, or of a part of it."""

    @property
    def server_id(self) -> str:
        """The id of the server, the first variable segment of the path."""
        return self._ids[0]


def view(server: ShownServer | None = None) -> View:
    """Return the caller's view of a server, or of their own project's servers."""
    request = current()
    embeds_flavor = request.version in changes.FLAVOR_EMBEDDED
    target = {"project_id": server.project_id, "user_id": server.user_id} if server else None
    shows_status = request.version in changes.HOST_STATUS
    listing, allows = request.services.servers.listing, request.services.policy.allows
    extended = allows(request.caller, EXTENDED_ATTRIBUTES, target)
    return View(
        links=request.links,
        extended=extended,
        is_basic=request.version in changes.BASICS and not extended,
        is_admin=request.caller.is_admin,
        embeds_flavor=embeds_flavor,
        shows_extra_specs=embeds_flavor and allows(request.caller, FLAVOR_EXTRA_SPECS, target),
        hosts=listing.host_facts(request.caller, server, nodes=extended, statuses=shows_status),
        volumes=listing.volumes([server]) if server else {},
    )
