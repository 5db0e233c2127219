"""Aggregates."""

from computeapi.api import aggregates as contract
from computeapi.api import ids
from computeapi.domain.aggregates import Aggregate
from computeapi.domain.errors import Invalid
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose, keep_200
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import aggregates as types


def _check_query() -> None:
    request = current()
    contract.QUERY.read(request.values, request.version, None)


class AggregateResource(Resource):
    """A controller below ``/os-aggregates/{aggregate_id}``."""

    @property
    def number(self) -> int:
        """The id of the aggregate.

        :raises Invalid: when it is not a number.
        """
        return ids.number(self._ids[0])


class AggregateActionController(AggregateResource, ActionResource):
    """``/os-aggregates/{aggregate_id}/action``."""

    @expose(types.AggregateDocument, body=types.AggregateAction)
    def post(self, body: types.AggregateAction) -> object:
        """Carry out an action on the aggregate."""
        return self.run(body)

    @action(types.AggregateDocument, status=200)
    def add_host(self, parameters: types.HostName) -> types.AggregateDocument:
        """Add a host to an aggregate."""
        request = current()
        add = request.services.aggregates.add_host
        return _document(add(request.context, self.number, parameters.host))

    @action(types.AggregateDocument, status=200)
    def remove_host(self, parameters: types.HostName) -> types.AggregateDocument:
        """Remove a host from an aggregate."""
        request = current()
        remove = request.services.aggregates.remove_host
        return _document(remove(request.context, self.number, parameters.host))

    @action(types.AggregateDocument, status=200)
    def set_metadata(self, parameters: types.NewMetadata) -> types.AggregateDocument:
        """Change the metadata of an aggregate."""
        request = current()
        change = request.services.aggregates.set_metadata
        return _document(change(request.context, self.number, parameters.metadata))


class AggregateImagesController(AggregateResource):
    """``/os-aggregates/{aggregate_id}/images``."""

    @expose(None, body=types.WantedImages, status_code=202, span=contract.IMAGES)
    def post(self, document: types.WantedImages) -> None:
        """Fetch images to the hosts of an aggregate in advance."""
        request, wanted = current(), [image.id for image in document.cache]
        if not wanted:
            raise Invalid("Invalid input for field cache: it is empty.")
        request.services.aggregates.cache_images(request.context, self.number, wanted)


class AggregateController(AggregateResource):
    """``/os-aggregates/{aggregate_id}``."""

    segment = "aggregate_id"

    children = {"action": AggregateActionController, "images": AggregateImagesController}

    @expose(types.AggregateDocument, query=contract.QUERY)
    def get(self) -> types.AggregateDocument:
        """Show an aggregate."""
        _check_query()
        request = current()
        return _document(request.services.aggregates.get(request.context, self.number))

    @expose(types.AggregateDocument, body=types.AggregateUpdateDocument, faults=frozenset({409}))
    def put(self, document: types.AggregateUpdateDocument) -> types.AggregateDocument:
        """Give an aggregate another name or zone."""
        request, change = current(), document.change()
        update = request.services.aggregates.update
        return _document(update(request.context, self.number, change))

    @expose(None)
    def delete(self) -> None:
        """Delete an aggregate."""
        request = current()
        request.services.aggregates.delete(request.context, self.number)
        keep_200()


class AggregatesController(Resource):
    """``/os-aggregates``."""

    item = AggregateController

    @expose(types.Aggregates, query=contract.QUERY)
    def get(self) -> types.Aggregates:
        """List aggregates."""
        _check_query()
        request = current()
        found = request.services.aggregates.list(request.context)
        return types.Aggregates(aggregates=[types.Aggregate.whole(a) for a in found])

    @expose(types.NewAggregateDocument, body=types.AggregateCreateDocument, faults=frozenset({409}))
    def post(self, document: types.AggregateCreateDocument) -> types.NewAggregateDocument:
        """Create an aggregate."""
        request, new = current(), document.aggregate
        create = request.services.aggregates.create
        made = create(request.context, new.name, new.availability_zone)
        return types.NewAggregateDocument(aggregate=types.NewAggregate.created(made))


def _document(aggregate: Aggregate) -> types.AggregateDocument:
    return types.AggregateDocument(aggregate=types.Aggregate.whole(aggregate))
