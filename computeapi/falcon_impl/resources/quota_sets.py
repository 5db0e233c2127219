"""``/os-quota-sets``."""

import falcon

from computeapi.api import quota_sets as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import quota_sets as schemas
from computeapi.falcon_impl.views import quota_sets as views
from computeapi.service import quota_sets


class QuotaSetResource:
    """``/os-quota-sets/{project_id}``, and ``defaults`` and ``detail`` below it."""

    def __init__(self, service: quota_sets.QuotaSets) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.SHOWN_QUOTA_SET)
    def on_get(self, req: Request, resp: falcon.Response, project_id: str) -> None:
        """Show the quotas of a project."""
        user_id = contract.user_id(req.values, req.version)
        quotas = self._service.show(req.context, project_id, user_id)
        resp.media = {"quota_set": {"id": project_id, **views.quota_set(quotas, req.version)}}

    @answers(200, views.SHOWN_QUOTA_SET)
    def on_get_defaults(self, req: Request, resp: falcon.Response, project_id: str) -> None:
        """Show the default quotas."""
        quotas = self._service.defaults(req.context, project_id)
        resp.media = {"quota_set": {"id": project_id, **views.quota_set(quotas, req.version)}}

    @takes(query=contract.QUERY)
    @answers(200, views.SHOWN_DETAIL)
    def on_get_detail(self, req: Request, resp: falcon.Response, project_id: str) -> None:
        """Show the quotas of a project, and how much of them is used."""
        user_id = contract.user_id(req.values, req.version)
        quotas, used = self._service.detail(req.context, project_id, user_id)
        resp.media = {"quota_set": {"id": project_id, **views.detail(quotas, used, req.version)}}

    @takes(schemas.UPDATE, query=contract.QUERY)
    @answers(200, views.CHANGED_QUOTA_SET)
    def on_put(self, req: Request, resp: falcon.Response, project_id: str) -> None:
        """Change the quotas of a project."""
        changes = schemas.UPDATE.read(req)["quota_set"]
        user_id = contract.user_id(req.values, req.version)
        quotas = self._service.update(
            req.context,
            project_id,
            schemas.new_limits(changes),
            user_id,
            force=schemas.is_forced(changes),
        )
        resp.media = {"quota_set": views.quota_set(quotas, req.version)}

    @takes(query=contract.QUERY)
    @answers(202)
    def on_delete(self, req: Request, resp: falcon.Response, project_id: str) -> None:
        """Give a project the default quotas."""
        user_id = contract.user_id(req.values, req.version)
        self._service.delete(req.context, project_id, user_id)
        resp.status = falcon.HTTP_202
