"""The use of servers."""

from webob.exc import HTTPNotFound
from wsme.types import Unset, UnsetType

from computeapi.api import simple_tenant_usage as contract
from computeapi.api.parameters import Query
from computeapi.api.paths import names_empty_id
from computeapi.domain.usage import UsagePage
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import simple_tenant_usage as types
from computeapi.pecan_impl.types.links import Link

_PATH = "os-simple-tenant-usage"


def _query(query: Query[contract.UsageQuery]) -> contract.UsageQuery:
    request = current()
    max_limit = request.services.conf.api.max_limit
    return contract.usage_query(query, request.values, request.version, max_limit)


def _next_links(path: str, page: UsagePage) -> list[Link] | UnsetType:
    """Return the link to the next page, or Unset when this is the last."""
    if page.marker is None:
        return Unset
    request = current()
    return [Link(href=request.links.next_page(path, request.pairs, page.marker), rel="next")]


class UsageController(Resource):
    """``/os-simple-tenant-usage/{project_id}``."""

    segment = "project_id"

    @expose(types.UsageDocument, query=contract.SHOW_QUERY)
    def get(self) -> types.UsageDocument:
        """Show the use of a project."""
        request, (project_id,) = current(), self._ids
        query = _query(contract.SHOW_QUERY)
        page = request.services.simple_tenant_usage.show(
            request.context, project_id, query.window, query.limit, query.marker
        )
        usages = [types.ShownUsage.of(one) for one in page.projects]
        return types.UsageDocument(
            tenant_usage=usages[0] if usages else types.ShownUsage(),
            tenant_usage_links=_next_links(f"{_PATH}/{project_id}", page),
        )


class UsagesController(Resource):
    """``/os-simple-tenant-usage``."""

    item = UsageController

    @expose(types.Usages, query=contract.LIST_QUERY)
    def get(self) -> types.Usages:
        """List the use of all projects.

        :raises webob.exc.HTTPNotFound: for the use of a project whose id is empty.
        """
        if names_empty_id(current().path_info):
            raise HTTPNotFound
        request, query = current(), _query(contract.LIST_QUERY)
        page = request.services.simple_tenant_usage.list(
            request.context, query.window, query.limit, query.marker
        )
        return types.Usages(
            tenant_usages=[types.ProjectUsage.of(one, query.detailed) for one in page.projects],
            tenant_usages_links=_next_links(_PATH, page),
        )
