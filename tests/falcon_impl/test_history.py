"""Every span that the Falcon front end uses is in the history of the API."""

import importlib
import pkgutil

from computeapi import api
from computeapi.api import history
from computeapi.api.parameters import Query
from computeapi.api.versions import ALWAYS
from computeapi.falcon_impl import schemas, views
from computeapi.falcon_impl.actions import Actions
from computeapi.falcon_impl.routes import routes
from computeapi.falcon_impl.schemas.spans import properties
from computeapi.falcon_impl.validation import Body
from computeapi.falcon_impl.views.fields import Fields
from tests.anything import Anything
from tests.operations import operations


def values_of(package):
    """Yield every value that a module of a package names, with the place."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for name, value in vars(importlib.import_module(found.name)).items():
            yield f"{found.name}.{name}", value


def bodies():
    yield from ((p, value) for p, value in values_of(schemas) if isinstance(value, Body))
    for route in routes(Anything()):
        if isinstance(route.resource, Actions):
            for action, _ in route.resource.actions.values():
                yield f"{route.path} {action.name}", action.body


def spans():
    """Yield every span in use, with the place."""
    for place, body in bodies():
        for name, alternatives in properties(body.schema):
            yield from ((f"{place} {name}", one.span) for one in alternatives)
    for place, value in values_of(views):
        if isinstance(value, Fields):
            yield from ((f"{place} {field.name}", field.span) for field in value)
    for place, value in values_of(api):
        if isinstance(value, Query):
            for name, found in value.parameters.items():
                yield from ((f"{place} {name}", parameter.span) for parameter in found)
    yield from ((str(operation), span) for operation, span in operations("falcon").items())


def test_every_span_is_named_in_a_module_of_the_history():
    named = {span for _, module in history.MODULES for span in history.spans(module)}
    used = dict(spans())
    assert len(used) > 100
    assert {place: span for place, span in used.items() if span not in named | {ALWAYS}} == {}
