"""Compute services."""

from computeapi.api import ids
from computeapi.api import services as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import services as types


class ServiceController(Resource):
    """``/os-services/{service_id}``; until 2.52, the last segment of a PUT is an action."""

    segment = "service_id"

    @expose(types.ChangedServiceDocument, body=types.ServiceUpdate)
    def put(self, document: types.ServiceUpdate) -> types.ChangedServiceDocument:
        """Change a compute service."""
        request, (service_id,) = current(), self._ids
        services, fields = request.services.compute_services, document.given()
        if request.version not in contract.UPDATE_BY_HOST:
            change = contract.changed(fields)
            shown = services.update(request.context, ids.uuid(service_id), change)
            return types.ChangedServiceDocument(service=types.Service.of(shown))
        can_force = request.version in contract.FORCED_DOWN
        change = contract.changed_by_host(service_id, fields, can_force)
        host, binary = document.host, document.binary
        services.update_by_host(request.context, host, binary, change)
        changed = contract.document_by_host(service_id, host, binary, change)
        return types.ChangedServiceDocument(changed=types.ChangedService(**changed))

    @expose(None, status_code=204, faults=frozenset({409}))
    def delete(self) -> None:
        """Delete a compute service."""
        request, (service_id,) = current(), self._ids
        read = ids.number if request.version in contract.NUMBER else ids.uuid
        request.services.compute_services.delete(request.context, read(service_id))


class ServicesController(Resource):
    """``/os-services``."""

    item = ServiceController

    @expose(types.Services, query=contract.QUERY)
    def get(self) -> types.Services:
        """List compute services."""
        request = current()
        wanted = contract.QUERY.read(request.values, request.version, {})
        find = request.services.compute_services.list
        found = find(request.context, wanted.get("host"), wanted.get("binary"))
        return types.Services(services=[types.Service.of(shown) for shown in found])
