"""Every span that the Pecan front end uses is in the history of the API."""

import wsme.types

from computeapi.api import history
from computeapi.api.versions import ALWAYS
from tests.operations import operations
from tests.pecan_impl.test_types import TYPES


def spans():
    """Yield every span in use, with the place."""
    for datatype in TYPES:
        for field in wsme.types.list_attributes(datatype):
            yield f"{datatype.__module__}.{datatype.__name__}.{field.key}", field.span
    yield from ((str(operation), span) for operation, span in operations("pecan").items())


def test_every_span_is_named_in_a_module_of_the_history():
    named = {span for _, module in history.MODULES for span in history.spans(module)}
    used = dict(spans())
    assert len(used) > 100
    assert {place: span for place, span in used.items() if span not in named | {ALWAYS}} == {}
