"""Each responder declares how it answers; the description of the API is made of that."""

import pytest

from computeapi.api.openapi.document import document
from computeapi.api.openapi.schemas import Part, record
from computeapi.api.versions import since, until
from computeapi.falcon_impl.declarations import answers, declared, fails, refuses, takes
from computeapi.falcon_impl.openapi import described, operations
from computeapi.falcon_impl.routes import routes
from computeapi.falcon_impl.schemas.spans import In
from computeapi.falcon_impl.schemas.values import record as closed
from computeapi.falcon_impl.validation import Body
from computeapi.falcon_impl.views.fields import Constant, Field, Fields, fitting
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT
from tests.anything import Anything

OPERATIONS = list(operations(routes(Anything())))


@pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path} {one.action}"
)
def test_each_operation_declares_its_answers(operation):
    assert operation.summary.endswith(".")
    # What is served at all either succeeds in a way, or is refused always.
    is_refused = operation.faults in ({410}, {501}) or ("os-baremetal-nodes" in operation.path)
    assert bool(operation.answers) != is_refused
    if (
        operation.method in ("POST", "PUT")
        and not is_refused
        and "tags/{tag}" not in operation.path
    ):
        assert operation.body is not None


def test_declarations_of_a_responder_add_up():
    body = Body(closed({"name": TEXT}))

    @takes(body)
    @answers(200, TEXT, until(1))
    @answers(201, TEXT, since(2))
    @fails(409)
    def respond():
        """Do something."""

    found = declared(respond)
    assert [(one.status, one.span) for one in found.successes] == [(200, until(1)), (201, since(2))]
    assert (found.body, found.query, found.faults) == (body, None, {409})
    assert not found.refuses
    assert declared(refuses(501)(lambda: None)).refuses


def test_a_schema_with_spans_is_described():
    schema = closed({"name": TEXT, "size": In(since(9), INTEGER, required=True)}, ("name",))
    expected = record(
        {"name": [Part(TEXT, required=True)], "size": [Part(INTEGER, since(9), True)]}
    )
    assert described({"type": "array", "items": schema}) == {"type": "array", "items": expected}
    assert described({"type": "object", "properties": {"hint": TEXT}}) == {
        "type": "object",
        "properties": {"hint": TEXT},
    }


def test_a_table_of_fields_has_a_schema():
    short = Fields(
        Field("id", "number", INTEGER, until(52)),
        Field("id", "uuid", TEXT, since(53)),
        Field("fault", "fault", TEXT, optional=True),
    )
    assert described(short.schema) == record(
        {
            "id": [Part(INTEGER, until(52), True), Part(TEXT, since(53), True)],
            "fault": [Part(TEXT)],
        }
    )
    more = Fields(*short, Field("host", Constant(""), TEXT))
    assert described(fitting(short, more)) == record(
        {
            "id": [Part(INTEGER, until(52), True), Part(TEXT, since(53), True)],
            "fault": [Part(TEXT)],
            "host": [Part(TEXT)],
        }
    )


def test_the_document_has_all_routes():
    paths = document(OPERATIONS)["paths"]
    assert set(paths) == {route.path for route in routes(Anything())}
