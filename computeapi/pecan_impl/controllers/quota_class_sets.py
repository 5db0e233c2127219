"""Quota classes."""

from computeapi.api import quota_class_sets as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import quota_class_sets as types


class QuotaClassSetController(Resource):
    """``/os-quota-class-sets/{name}``."""

    segment = "name"

    @expose(types.QuotaClassSetDocument, query=contract.QUERY)
    def get(self) -> types.QuotaClassSetDocument:
        """Show the quotas of a quota class."""
        request, (name,) = current(), self._ids
        contract.QUERY.read(request.values, request.version, {})
        quotas = request.services.quota_class_sets.show(request.context, name)
        return types.QuotaClassSetDocument.of(quotas, name)

    @expose(types.ChangedQuotaClassSetDocument, body=types.QuotaClassSetUpdateDocument)
    def put(
        self, document: types.QuotaClassSetUpdateDocument
    ) -> types.ChangedQuotaClassSetDocument:
        """Change the quotas of a quota class."""
        request, (name,) = current(), self._ids
        limits = document.quota_class_set.given()
        quotas = request.services.quota_class_sets.update(request.context, name, limits)
        return types.ChangedQuotaClassSetDocument.of(quotas)


class QuotaClassSetsController(Resource):
    """``/os-quota-class-sets``."""

    item = QuotaClassSetController
