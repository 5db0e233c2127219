"""``/limits``."""

import falcon

from computeapi.api import limits as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import limits as views
from computeapi.service import limits


class LimitsResource:
    """``/limits``."""

    def __init__(self, service: limits.Limits) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.LIMITS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """Show a project's limits."""
        project_id = contract.project_id(req.values, req.version)
        quotas, used = self._service.get(req.context, project_id)
        resp.media = {"limits": {"rate": [], "absolute": views.absolute(quotas, used, req.version)}}
