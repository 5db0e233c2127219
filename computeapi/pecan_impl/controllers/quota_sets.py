"""Quota sets."""

from computeapi.api import quota_sets as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import quota_sets as types


def _user_id() -> str | None:
    """Return the user whose quotas the query asks for, or None for the project's own."""
    request = current()
    return contract.user_id(request.values, request.version)


class QuotaSetDefaultsController(Resource):
    """``/os-quota-sets/{project_id}/defaults``."""

    @expose(types.QuotaSetDocument)
    def get(self) -> types.QuotaSetDocument:
        """Show the default quotas."""
        request, (project_id,) = current(), self._ids
        quotas = request.services.quota_sets.defaults(request.context, project_id)
        return types.QuotaSetDocument.of(quotas, project_id)


class QuotaSetDetailController(Resource):
    """``/os-quota-sets/{project_id}/detail``."""

    @expose(types.QuotaSetDetailDocument, query=contract.QUERY)
    def get(self) -> types.QuotaSetDetailDocument:
        """Show the quotas of a project, and how much of them is used."""
        request, (project_id,) = current(), self._ids
        quotas, used = request.services.quota_sets.detail(request.context, project_id, _user_id())
        return types.QuotaSetDetailDocument.of(quotas, used, project_id)


class QuotaSetController(Resource):
    """``/os-quota-sets/{project_id}``."""

    segment = "project_id"

    children = {"defaults": QuotaSetDefaultsController, "detail": QuotaSetDetailController}

    @expose(types.QuotaSetDocument, query=contract.QUERY)
    def get(self) -> types.QuotaSetDocument:
        """Show the quotas of a project."""
        request, (project_id,) = current(), self._ids
        quotas = request.services.quota_sets.show(request.context, project_id, _user_id())
        return types.QuotaSetDocument.of(quotas, project_id)

    @expose(types.ChangedQuotaSetDocument, body=types.QuotaSetUpdateDocument, query=contract.QUERY)
    def put(self, document: types.QuotaSetUpdateDocument) -> types.ChangedQuotaSetDocument:
        """Change the quotas of a project."""
        request, (project_id,) = current(), self._ids
        changes = document.quota_set
        quotas = request.services.quota_sets.update(
            request.context, project_id, changes.limits(), _user_id(), force=changes.force
        )
        return types.ChangedQuotaSetDocument.of(quotas)

    @expose(None, status_code=202, query=contract.QUERY)
    def delete(self) -> None:
        """Give a project the default quotas."""
        request, (project_id,) = current(), self._ids
        request.services.quota_sets.delete(request.context, project_id, _user_id())


class QuotaSetsController(Resource):
    """``/os-quota-sets``."""

    item = QuotaSetController
