"""``/os-hypervisors``."""

import falcon

from computeapi.api import hypervisors as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import hypervisors as views
from computeapi.falcon_impl.views import links
from computeapi.service import hypervisors


class HypervisorsResource:
    """``/os-hypervisors``, ``/os-hypervisors/detail`` and ``/os-hypervisors/statistics``.

    :param max_limit: the most hypervisors of a page.
    """

    def __init__(self, service: hypervisors.Hypervisors, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=contract.QUERY)
    @answers(200, views.HYPERVISORS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List hypervisors."""
        resp.media = self._page(req, detailed=False)

    @takes(query=contract.QUERY)
    @answers(200, views.HYPERVISOR_DETAILS)
    def on_get_detail(self, req: Request, resp: falcon.Response) -> None:
        """List hypervisors with details."""
        resp.media = self._page(req, detailed=True)

    @during(contract.LOAD)
    @answers(200, views.STATISTICS)
    def on_get_statistics(self, req: Request, resp: falcon.Response) -> None:
        """Show the sums over all hypervisors."""
        sums = self._service.statistics(req.context)
        resp.media = {"hypervisor_statistics": views.statistics(sums)}

    def _page(self, req: Request, detailed: bool) -> dict[str, object]:
        filters, wanted = contract.list_request(req.values, req.version, self._max_limit)
        page = self._service.list(req.context, filters, wanted, detailed)
        view = views.detail if detailed else views.summary
        document: dict[str, object] = {"hypervisors": [view(h, req.version) for h in page.items]}
        if page.more and page.items:
            last = page.items[-1].hypervisor
            marker = last.uuid if req.version in contract.UUID else str(last.number)
            path = "os-hypervisors/detail" if detailed else "os-hypervisors"
            document["hypervisors_links"] = links.next_page(req, path, marker)
        return document


class HypervisorResource:
    """``/os-hypervisors/{hypervisor_id}`` and the paths below it."""

    def __init__(self, service: hypervisors.Hypervisors) -> None:
        self._service = service

    @takes(query=contract.SHOW_QUERY)
    @answers(200, views.HYPERVISOR)
    def on_get(self, req: Request, resp: falcon.Response, hypervisor_id: str) -> None:
        """Show a hypervisor."""
        with_servers = contract.show_request(req.values, req.version)
        number = contract.identifier(hypervisor_id, req.version)
        shown = self._service.get(req.context, number, with_servers)
        resp.media = {"hypervisor": views.detail(shown, req.version)}

    @during(contract.LOAD)
    @answers(200, views.HYPERVISOR_UPTIME)
    def on_get_uptime(self, req: Request, resp: falcon.Response, hypervisor_id: str) -> None:
        """Show the uptime of a hypervisor."""
        number = contract.identifier(hypervisor_id, req.version)
        shown = self._service.uptime(req.context, number)
        resp.media = {"hypervisor": views.uptime(shown, req.version)}

    @during(contract.SEARCH)
    @answers(200, views.FOUND)
    def on_get_search(self, req: Request, resp: falcon.Response, hypervisor_id: str) -> None:
        """List the hypervisors whose names have a part."""
        found = self._service.search(req.context, hypervisor_id)
        resp.media = {"hypervisors": [views.summary(shown, req.version) for shown in found]}

    @during(contract.SEARCH)
    @answers(200, views.FOUND)
    def on_get_servers(self, req: Request, resp: falcon.Response, hypervisor_id: str) -> None:
        """List the hypervisors whose names have a part, with their servers."""
        found = self._service.search(req.context, hypervisor_id, with_servers=True)
        resp.media = {"hypervisors": [views.summary(shown, req.version) for shown in found]}
