"""``/os-simple-tenant-usage``."""

import falcon

from computeapi.api import simple_tenant_usage as contract
from computeapi.api.paths import names_empty_id
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import links
from computeapi.falcon_impl.views import simple_tenant_usage as views
from computeapi.service import simple_tenant_usage

_PATH = "os-simple-tenant-usage"


class UsagesResource:
    """``/os-simple-tenant-usage``.

    :param max_limit: the most servers of a page.
    """

    def __init__(self, service: simple_tenant_usage.SimpleTenantUsage, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=contract.LIST_QUERY)
    @answers(200, views.USAGES)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List the use of all projects.

        :raises falcon.HTTPNotFound: for the use of a project whose id is empty.
        """
        if names_empty_id(req.env["PATH_INFO"]):
            raise falcon.HTTPNotFound
        query = contract.usage_query(contract.LIST_QUERY, req.values, req.version, self._max_limit)
        page = self._service.list(req.context, query.window, query.limit, query.marker)
        document: dict[str, object] = {
            "tenant_usages": [views.project(one, query.detailed) for one in page.projects]
        }
        if page.marker is not None:
            document["tenant_usages_links"] = links.next_page(req, _PATH, page.marker)
        resp.media = document


class UsageResource:
    """``/os-simple-tenant-usage/{project_id}``.

    :param max_limit: the most servers of a page.
    """

    def __init__(self, service: simple_tenant_usage.SimpleTenantUsage, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=contract.SHOW_QUERY)
    @answers(200, views.USAGE)
    def on_get(self, req: Request, resp: falcon.Response, project_id: str) -> None:
        """Show the use of a project."""
        query = contract.usage_query(contract.SHOW_QUERY, req.values, req.version, self._max_limit)
        page = self._service.show(req.context, project_id, query.window, query.limit, query.marker)
        usages = [views.project(one, detailed=True) for one in page.projects]
        document: dict[str, object] = {"tenant_usage": usages[0] if usages else {}}
        if page.marker is not None:
            path = f"{_PATH}/{project_id}"
            document["tenant_usage_links"] = links.next_page(req, path, page.marker)
        resp.media = document
