"""Limits."""

from computeapi.api import limits as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.limits import LimitsDocument


class LimitsController(Resource):
    """``/limits``."""

    @expose(LimitsDocument, query=contract.QUERY)
    def get(self) -> LimitsDocument:
        """Show a project's limits."""
        request = current()
        project_id = contract.project_id(request.values, request.version)
        return LimitsDocument.of(*request.services.limits.get(request.context, project_id))
