"""``/os-quota-class-sets``."""

import falcon

from computeapi.api import quota_class_sets as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import quota_sets as schemas
from computeapi.falcon_impl.views import quota_sets as views
from computeapi.service import quota_class_sets


class QuotaClassSetResource:
    """``/os-quota-class-sets/{name}``."""

    def __init__(self, service: quota_class_sets.QuotaClassSets) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.SHOWN_CLASS_SET)
    def on_get(self, req: Request, resp: falcon.Response, name: str) -> None:
        """Show the quotas of a quota class."""
        contract.QUERY.read(req.values, req.version, {})
        quotas = self._service.show(req.context, name)
        resp.media = {"quota_class_set": {"id": name, **views.class_set(quotas, req.version)}}

    @takes(schemas.UPDATE_CLASS)
    @answers(200, views.CHANGED_CLASS_SET)
    def on_put(self, req: Request, resp: falcon.Response, name: str) -> None:
        """Change the quotas of a quota class."""
        limits = schemas.new_limits(schemas.UPDATE_CLASS.read(req)["quota_class_set"])
        quotas = self._service.update(req.context, name, limits)
        resp.media = {"quota_class_set": views.class_set(quotas, req.version)}
