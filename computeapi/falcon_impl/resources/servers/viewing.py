"""The view that a caller has of servers."""

from computeapi.api.servers import changes
from computeapi.domain.servers import ShownServer
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views.servers.view import View
from computeapi.policies.enforcer import Enforcer
from computeapi.policies.servers.listing import EXTENDED_ATTRIBUTES, FLAVOR_EXTRA_SPECS
from computeapi.service.servers.listing import Listing


class Viewing:
    """Finds out how much of servers a caller may see.

    :param service: knows the statuses of hosts.
    """

    def __init__(self, service: Listing, policy: Enforcer) -> None:
        self._service = service
        self._policy = policy

    def of(self, req: Request, server: ShownServer | None = None) -> View:
        """Return the view of the caller of a request.

        :param server: the only server that is shown; None for a list of the caller's project.
        """
        owner = {"project_id": server.project_id, "user_id": server.user_id} if server else None
        view = View.of(req)
        view.extended = self._policy.allows(req.caller, EXTENDED_ATTRIBUTES, owner)
        if req.version in changes.FLAVOR_EMBEDDED:
            view.shows_extra_specs = self._policy.allows(req.caller, FLAVOR_EXTRA_SPECS, owner)
        view.hosts = self._service.host_facts(
            req.caller,
            server,
            nodes=view.extended,
            statuses=req.version in changes.HOST_STATUS,
        )
        if server is not None:
            view.volumes = self._service.volumes([server])
        return view
