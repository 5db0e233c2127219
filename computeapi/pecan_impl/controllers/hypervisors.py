"""Hypervisors."""

from collections.abc import Sequence
from typing import Any

from wsme.types import Unset

from computeapi.api import hypervisors as contract
from computeapi.domain.hypervisors import ShownHypervisor
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import hypervisors as types
from computeapi.pecan_impl.types.links import Link


def _page(path: str, detailed: bool) -> tuple[Sequence[ShownHypervisor], Any]:
    """Return the hypervisors of a page, and the link to the next one."""
    request = current()
    version, limit = request.version, request.services.conf.api.max_limit
    filters, wanted = contract.list_request(request.values, version, limit)
    page = request.services.hypervisors.list(request.context, filters, wanted, detailed)
    if not (page.more and page.items):
        return page.items, Unset
    last = page.items[-1].hypervisor
    marker = last.uuid if version in contract.UUID else str(last.number)
    href = request.links.next_page(path, request.pairs, marker)
    return page.items, [Link(href=href, rel="next")]


class HypervisorUptimeController(Resource):
    """``/os-hypervisors/{hypervisor_id}/uptime``, until 2.87."""

    @expose(types.HypervisorUptimeDocument, span=contract.LOAD)
    def get(self) -> types.HypervisorUptimeDocument:
        """Show the uptime of a hypervisor."""
        request, (text,) = current(), self._ids
        number = contract.identifier(text, request.version)
        shown = request.services.hypervisors.uptime(request.context, number)
        document = types.HypervisorUptime.with_uptime(shown, request.version)
        return types.HypervisorUptimeDocument(hypervisor=document)


def _search(part: str, with_servers: bool) -> types.FoundHypervisors:
    request = current()
    found = request.services.hypervisors.search(request.context, part, with_servers)
    entries = [types.HypervisorSummary.brief(shown, request.version) for shown in found]
    return types.FoundHypervisors(hypervisors=entries)


class HypervisorSearchController(Resource):
    """``/os-hypervisors/{part of a name}/search``, until 2.52."""

    @expose(types.FoundHypervisors, span=contract.SEARCH)
    def get(self) -> types.FoundHypervisors:
        """List the hypervisors whose names have a part."""
        return _search(self._ids[0], with_servers=False)


class HypervisorServersController(Resource):
    """``/os-hypervisors/{part of a name}/servers``, until 2.52."""

    @expose(types.FoundHypervisors, span=contract.SEARCH)
    def get(self) -> types.FoundHypervisors:
        """List the hypervisors whose names have a part, with their servers."""
        return _search(self._ids[0], with_servers=True)


class HypervisorController(Resource):
    """``/os-hypervisors/{hypervisor_id}``."""

    segment = "hypervisor_id"

    children = {
        "search": HypervisorSearchController,
        "servers": HypervisorServersController,
        "uptime": HypervisorUptimeController,
    }

    @expose(types.HypervisorDocument, query=contract.SHOW_QUERY)
    def get(self) -> types.HypervisorDocument:
        """Show a hypervisor."""
        request, (text,) = current(), self._ids
        with_servers = contract.show_request(request.values, request.version)
        number = contract.identifier(text, request.version)
        shown = request.services.hypervisors.get(request.context, number, with_servers)
        document = types.Hypervisor.whole(shown, request.version)
        return types.HypervisorDocument(hypervisor=document)


class HypervisorsDetailController(Resource):
    """``/os-hypervisors/detail``."""

    @expose(types.Hypervisors, query=contract.QUERY)
    def get(self) -> types.Hypervisors:
        """List hypervisors with details."""
        version = current().version
        found, following = _page("os-hypervisors/detail", detailed=True)
        return types.Hypervisors(
            hypervisors=[types.Hypervisor.whole(shown, version) for shown in found],
            hypervisors_links=following,
        )


class HypervisorsStatisticsController(Resource):
    """``/os-hypervisors/statistics``, until 2.87."""

    @expose(types.StatisticsDocument, span=contract.LOAD)
    def get(self) -> types.StatisticsDocument:
        """Show the sums over all hypervisors."""
        request = current()
        sums = request.services.hypervisors.statistics(request.context)
        return types.StatisticsDocument.of(sums)


class HypervisorsController(Resource):
    """``/os-hypervisors``."""

    children = {
        "detail": HypervisorsDetailController,
        "statistics": HypervisorsStatisticsController,
    }
    item = HypervisorController

    @expose(types.HypervisorSummaries, query=contract.QUERY)
    def get(self) -> types.HypervisorSummaries:
        """List hypervisors."""
        version = current().version
        found, following = _page("os-hypervisors", detailed=False)
        return types.HypervisorSummaries(
            hypervisors=[types.HypervisorSummary.brief(shown, version) for shown in found],
            hypervisors_links=following,
        )
