"""The parts of the OpenAPI document that do not depend on a front end."""

from computeapi.api.openapi.document import document
from computeapi.api.openapi.operations import Answer, Operation, answers_of
from computeapi.api.openapi.schemas import Part, joined, normal, record
from computeapi.api.parameters import Parameter, Query, last
from computeapi.api.versions import ALWAYS, since, until

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def operation(**more):
    fields = {
        "method": "GET", "path": "/v2.1/things/{thing_id}", "summary": "Show a thing.",
        "span": ALWAYS, "answers": (Answer(200, TEXT),),
    }  # fmt: skip
    return Operation(**{**fields, **more})


def described(*operations):
    (path,) = document(operations)["paths"].values()
    (found,) = (value for key, value in path.items() if key != "parameters")
    return found


def test_parts_that_follow_each_other_and_are_the_same_are_one():
    assert joined([Part(TEXT, since(9)), Part(TEXT, until(8))]) == [Part(TEXT)]
    apart = [Part(TEXT, until(32)), Part(TEXT, since(42))]
    assert joined(apart) == apart
    others = [Part(TEXT, until(8)), Part(NUMBER, since(9))]
    assert joined(others) == others


def test_properties_say_when_they_are_there_and_required():
    assert record(
        {
            "new": [Part(TEXT, since(9), required=True)],
            "old": [Part(TEXT, until(8))],
            "id": [Part(NUMBER, until(8), required=True), Part(TEXT, since(9), required=True)],
        }
    ) == {
        "type": "object",
        "additionalProperties": False,
        "required": ["id"],
        "properties": {
            "id": {
                "anyOf": [
                    {**NUMBER, "x-openstack": {"max-ver": "2.8"}},
                    {**TEXT, "x-openstack": {"min-ver": "2.9"}},
                ],
                "x-openstack": {"discriminator": "microversion"},
            },
            "new": {**TEXT, "x-openstack": {"min-ver": "2.9", "required": True}},
            "old": {**TEXT, "x-openstack": {"max-ver": "2.8"}},
        },
    }


def test_the_order_of_sets_does_not_count():
    assert normal({"type": ["string", "null"], "enum": ["b", "a"]}) == normal(
        {"type": ["null", "string"], "enum": ["a", "b"]}
    )


def test_answers_are_cut_to_the_microversions_of_their_operations():
    first = operation(span=until(8), answers=(Answer(200, TEXT), Answer(202, None, since(9))))
    second = operation(span=since(9), answers=(Answer(200, None),))
    assert answers_of([first, second]) == [
        Answer(200, TEXT, until(8)),
        Answer(200, None, since(9)),
    ]
    assert answers_of([operation(span=until(8)), operation(span=since(9))]) == [Answer(200, TEXT)]


def test_an_operation():
    query = Query(Parameter("limit", last, since(33), schema=NUMBER), strict=since(75))
    found = described(operation(span=since(9), query=query, faults=frozenset({409})))
    assert found["operationId"] == "get_v2_1_things_thing_id"
    assert found["x-openstack"] == {"min-ver": "2.9", "strict-query": {"min-ver": "2.75"}}
    assert found["parameters"] == [
        {"name": "limit", "in": "query", "schema": NUMBER, "x-openstack": {"min-ver": "2.33"}}
    ]
    assert list(found["responses"]) == [
        "200", "400", "401", "403", "404", "406", "409", "500", "503"
    ]  # fmt: skip
    since_9 = {"min-ver": "2.9"}
    assert found["responses"]["200"] == {
        "description": "OK",
        "content": {"application/json": {"schema": {**TEXT, "x-openstack": since_9}}},
        "x-openstack": since_9,
    }
    assert "security" not in found
    assert described(operation(anonymous=True))["security"] == []


def test_a_body_can_be_too_large_or_of_another_type():
    found = described(operation(method="PUT", body=TEXT))
    assert found["requestBody"]["required"]
    assert {"413", "415"} <= set(found["responses"])


def test_actions_are_alternatives_of_the_body():
    path = "/v2.1/things/{thing_id}/action"
    start = operation(
        method="POST", path=path, action="start", body={}, answers=(Answer(202, None),)
    )
    show = operation(method="POST", path=path, action="show", body=TEXT, span=since(9))
    found = described(start, show)
    assert found["requestBody"]["content"]["application/json"]["schema"] == {
        "anyOf": [
            {
                "type": "object",
                "description": "Show a thing.",
                "properties": {
                    "show": {**TEXT, "x-openstack": {"min-ver": "2.9", "required": True}}
                },
                "required": ["show"],
                "additionalProperties": False,
                "x-openstack": {
                    "action-name": "show",
                    "min-ver": "2.9",
                    "responses": ["200", *ERRORS],
                },
            },
            {
                "type": "object",
                "description": "Show a thing.",
                "properties": {"start": {}},
                "required": ["start"],
                "additionalProperties": False,
                "x-openstack": {"action-name": "start", "responses": ["202", *ERRORS]},
            },
        ],
        "x-openstack": {"discriminator": "action"},
    }
    schema = found["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {**TEXT, "x-openstack": {"action-name": "show", "min-ver": "2.9"}}
    assert found["responses"]["202"] == {"description": "Accepted"}


ERRORS = ["400", "401", "403", "404", "406", "409", "413", "415", "500", "503"]
