"""Hypervisors."""

from wsme.types import Unset

from computeapi.api import hypervisors as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import hypervisors as types
from computeapi.pecan_impl.types.links import Link


def _page(path: str, detailed: bool) -> types.Hypervisors:
    """Return the page that the query asks for."""
    request = current()
    version, limit = request.version, request.services.conf.api.max_limit
    filters, wanted = contract.list_request(request.values, version, limit)
    page = request.services.hypervisors.list(request.caller, filters, wanted, detailed)
    make = types.Hypervisor.whole if detailed else types.Hypervisor.brief
    following = Unset
    if page.more and page.items:
        last = page.items[-1].hypervisor
        marker = last.uuid if version in contract.UUID else str(last.number)
        href = request.links.next_page(path, request.pairs, marker)
        following = [Link(href=href, rel="next")]
    found = [make(shown, version) for shown in page.items]
    return types.Hypervisors(hypervisors=found, hypervisors_links=following)


class HypervisorUptimeController(Resource):
    """``/os-hypervisors/{hypervisor_id}/uptime``, until 2.87."""

    @expose(types.HypervisorDocument, span=contract.LOAD)
    def get(self) -> types.HypervisorDocument:
        """Show the uptime of the hypervisor."""
        request, (text,) = current(), self._ids
        number = contract.identifier(text, request.version)
        shown = request.services.hypervisors.uptime(request.caller, number)
        document = types.Hypervisor.with_uptime(shown, request.version)
        return types.HypervisorDocument(hypervisor=document)


class HypervisorSearchController(Resource):
    """``/os-hypervisors/{part of a name}/search``, until 2.52."""

    with_servers = False

    @expose(types.Hypervisors, span=contract.SEARCH)
    def get(self) -> types.Hypervisors:
        """List the hypervisors whose names have the part."""
        request, (part,) = current(), self._ids
        found = request.services.hypervisors.search(request.caller, part, self.with_servers)
        entries = [types.Hypervisor.brief(shown, request.version) for shown in found]
        return types.Hypervisors(hypervisors=entries)


class HypervisorServersController(HypervisorSearchController):
    """``/os-hypervisors/{part of a name}/servers``, until 2.52."""

    with_servers = True


class HypervisorController(Resource):
    """``/os-hypervisors/{hypervisor_id}``."""

    children = {
        "search": HypervisorSearchController,
        "servers": HypervisorServersController,
        "uptime": HypervisorUptimeController,
    }

    @expose(types.HypervisorDocument)
    def get(self) -> types.HypervisorDocument:
        """Show the hypervisor."""
        request, (text,) = current(), self._ids
        with_servers = contract.show_request(request.values, request.version)
        number = contract.identifier(text, request.version)
        shown = request.services.hypervisors.get(request.caller, number, with_servers)
        document = types.Hypervisor.whole(shown, request.version)
        return types.HypervisorDocument(hypervisor=document)


class HypervisorsDetailController(Resource):
    """``/os-hypervisors/detail``."""

    @expose(types.Hypervisors)
    def get(self) -> types.Hypervisors:
        """List hypervisors with details."""
        return _page("os-hypervisors/detail", detailed=True)


class HypervisorsStatisticsController(Resource):
    """``/os-hypervisors/statistics``, until 2.87."""

    @expose(types.StatisticsDocument, span=contract.LOAD)
    def get(self) -> types.StatisticsDocument:
        """Show the sums over all hypervisors."""
        request = current()
        sums = request.services.hypervisors.statistics(request.caller)
        return types.StatisticsDocument.of(sums)


class HypervisorsController(Resource):
    """``/os-hypervisors``."""

    children = {
        "detail": HypervisorsDetailController,
        "statistics": HypervisorsStatisticsController,
    }
    item = HypervisorController

    @expose(types.Hypervisors)
    def get(self) -> types.Hypervisors:
        """List hypervisors."""
        return _page("os-hypervisors", detailed=False)
