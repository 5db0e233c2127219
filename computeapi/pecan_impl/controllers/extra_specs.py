"""The extra specs of a flavor."""

from computeapi.api import flavors as changes
from computeapi.domain.errors import Invalid
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose, keep_200
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import extra_specs as types


class ExtraSpecController(Resource):
    """``/flavors/{flavor_id}/os-extra_specs/{name}``."""

    segment = "name"

    @expose({str: str}, query=changes.NO_QUERY)
    def get(self) -> dict[str, str]:
        """Show an extra spec of a flavor."""
        request, (flavor_id, name) = current(), self._ids
        changes.NO_QUERY.read(request.values, request.version, None)
        return {name: request.services.extra_specs.get(request.context, flavor_id, name)}

    @expose({str: types.TEXT_OR_NUMBER}, body=types.ExtraSpecUpdate)
    def put(self, document: types.ExtraSpecUpdate) -> dict[str, object]:
        """Change an extra spec of a flavor, or add it."""
        request, (flavor_id, name) = current(), self._ids
        specs: dict[str, object] = document.specs
        if name not in specs:
            raise Invalid("Request body and URI mismatch")
        are_checked = request.version in changes.CHECKED_EXTRA_SPECS
        request.services.extra_specs.update(
            request.context, flavor_id, document.texts(), are_checked
        )
        return specs

    @expose(None)
    def delete(self) -> None:
        """Remove an extra spec of a flavor."""
        request, (flavor_id, name) = current(), self._ids
        request.services.extra_specs.delete(request.context, flavor_id, name)
        keep_200()


class ExtraSpecsController(Resource):
    """``/flavors/{flavor_id}/os-extra_specs``."""

    item = ExtraSpecController

    @expose(types.ExtraSpecsDocument, query=changes.NO_QUERY)
    def get(self) -> types.ExtraSpecsDocument:
        """List the extra specs of a flavor."""
        request, (flavor_id,) = current(), self._ids
        changes.NO_QUERY.read(request.values, request.version, None)
        specs = request.services.extra_specs.list(request.context, flavor_id)
        return types.ExtraSpecsDocument(extra_specs=specs)

    @expose(types.NewExtraSpecsDocument, body=types.ExtraSpecsCreate)
    def post(self, document: types.ExtraSpecsCreate) -> types.NewExtraSpecsDocument:
        """Add extra specs to a flavor."""
        request, (flavor_id,) = current(), self._ids
        are_checked = request.version in changes.CHECKED_EXTRA_SPECS
        request.services.extra_specs.create(
            request.context, flavor_id, document.texts(), are_checked
        )
        return types.NewExtraSpecsDocument(extra_specs=document.extra_specs)
