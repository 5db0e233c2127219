"""The OpenAPI document that each front end serves, of its own declarations."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import meta
from openapi_spec_validator import OpenAPIV31SpecValidator

from computeapi.api import history
from computeapi.api.versions import Version
from conformance.openapi import Description, Exchange, at, load, span_of
from tests.anything import Anything
from tests.contract.clouds import FRONT_ENDS
from tests.operations import FRONT_ENDS as DECLARED
from tests.operations import Operation

JSON = "application/json"


@pytest.fixture(scope="session")
def texts(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """Return the documents as the front ends serve them, without a token."""
    clouds = request.config.pluginmanager.get_plugin("clouds")
    found = {}
    for name in FRONT_ENDS:
        response = clouds.of(name).request("GET", "/v2.1/openapi.json", headers={})
        assert response.status == 200
        assert response.header("content-type") == JSON
        found[name] = response.body
    return found


@pytest.fixture(scope="session")
def document(texts: dict[str, bytes]) -> Any:
    return json.loads(texts["falcon"])


@pytest.fixture(scope="session")
def description(texts: dict[str, bytes]) -> Description:
    return load(texts["falcon"])


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method.upper(), path, operation


def schemas(part: Any) -> Iterator[Any]:
    """Yield the schemas of a part of the document, which are emptied."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "schema" and "$ref" not in value:
                yield value
                part[key] = {}
            else:
                yield from schemas(value)
    elif isinstance(part, list):
        for item in part:
            yield from schemas(item)


def test_the_front_ends_serve_the_same_document(texts):
    assert texts["falcon"] == texts["pecan"]
    # The fields that a reader needs first come first.
    assert texts["falcon"].startswith(b'{"info": {')


def test_the_document_is_of_openapi_3_1(texts):
    document = json.loads(texts["falcon"])
    assert document["openapi"] == "3.1.0"
    found = list(schemas(document["paths"]))
    assert len(found) > 300
    for schema in found:
        # The validator below takes half a minute for them.
        meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    OpenAPIV31SpecValidator(document).validate()
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_it_has_all_operations_of_a_front_end_and_no_others(document, front_end):
    described = set()
    for method, path, operation in operations(document):
        plain = re.sub(r"{\w+}", "{}", path.removeprefix("/v2.1") or path)
        body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
        actions = [""]
        if body.get("x-openstack", {}).get("discriminator") == "action":
            actions = [one["x-openstack"]["action-name"] for one in body["anyOf"]]
        described.update(Operation(method, plain, action) for action in actions)
    assert described == {operation for operation, _ in DECLARED[front_end](Anything())}


def test_it_names_the_service_as_the_caller_reaches_it(cloud):
    for mount, url in (
        ("", "http://compute.example:8774"),
        ("/in", "http://compute.example:8774/in"),
    ):
        response = cloud.request("GET", "/v2.1/openapi.json", headers={}, script_name=mount)
        assert response.json()["servers"] == [{"url": url}]


def test_it_is_made_when_it_is_asked_for(new_cloud, monkeypatch):
    made = []
    stand_in = {"openapi": "3.1.0", "info": {}, "servers": [], "paths": {}}

    def make(found: Any) -> Any:
        made.append(len(list(found)))
        return dict(stand_in)

    monkeypatch.setattr("computeapi.api.openapi.served.document", make)
    cloud = new_cloud("falcon")
    cloud.request("GET", "/v2.1/flavors")
    assert made == []
    for _ in range(2):
        assert cloud.request("GET", "/v2.1/openapi.json").status == 200
    (count,) = made
    assert count > 200


@pytest.mark.parametrize("version", [str(version) for version in history.BOUNDARIES[::12]])
def test_a_strict_query_refuses_what_the_document_does_not_name(cloud, document, version):
    headers = {
        "x-auth-token": "alice:p1:admin,manager,member,reader",
        "openstack-api-version": f"compute {version}",
    }
    asked = Version(2, int(version.partition(".")[2]))
    for method, path, operation in operations(document):
        strict = operation.get("x-openstack", {}).get("strict-query")
        if strict is None or method != "GET" or "{" in path or asked not in span_of(operation):
            continue
        response = cloud.request(method, f"{path}?no-such-parameter=1", headers=headers)
        is_refused = asked in span_of({"x-openstack": strict})
        assert response.status == (400 if is_refused else 200), path


def test_a_schema_is_cut_to_a_microversion():
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "id": {
                "anyOf": [
                    {"type": "integer", "x-openstack": {"max-ver": "2.52", "required": True}},
                    {"type": "string", "x-openstack": {"min-ver": "2.53"}},
                ],
                "x-openstack": {"discriminator": "microversion"},
            },
            "locked": {"type": "boolean", "x-openstack": {"min-ver": "2.9", "required": True}},
        },
    }
    assert at(schema, Version(2, 8)) == {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"name": {"type": "string"}, "id": {"type": "integer"}},
    }
    later = at(schema, Version(2, 53))
    assert later["required"] == ["locked", "name"]
    assert later["properties"]["id"] == {"type": "string"}


FLAVOR = {"id": "1", "name": "n", "links": []}


@pytest.mark.parametrize(
    ("exchange", "reason"),
    [
        (("GET", "/v2.1/flavors", "", 1, 200, None, {"flavors": [FLAVOR]}), None),
        (("GET", "/v2.1/flavors", "", 55, 200, None, {"flavors": [FLAVOR]}), "description"),
        (("GET", "/v2.1/flavors", "", 1, 200, None, {"flavors": [{**FLAVOR, "ram": 1}]}), "ram"),
        (("GET", "/v2.1/flavors", "", 1, 202, None, {"flavors": []}), "no status 202"),
        (("GET", "/v2.1/flavors", "x=1", 75, 200, None, {"flavors": []}), "parameter x"),
        (("PUT", "/v2.1/flavors/1", "", 54, 200, {}, {}), "not there at 2.54"),
        (("GET", "/v2.1/nowhere", "", 1, 200, None, {}), "no such operation"),
        (("GET", "/v2.1/nowhere", "", 1, 404, None, {}), None),
        (("GET", "/v2.1/flavors/1", "", 1, 404, None, {"oops": {}}), "the fault"),
        (("DELETE", "/v2.1/flavors/1", "", 1, 202, None, {"a": 1}), "none in the document"),
        (("POST", "/v2.1/os-keypairs", "", 1, 201, {"keypair": {"name": "k"}}, {}), "201 is not"),
        (
            ("POST", "/v2.1/servers/1/action", "", 1, 202, {"os-start": None}, {"a": 1}),
            "none in the document",
        ),
        (("POST", "/v2.1/servers/1/action", "", 1, 202, {"reboot": {}}, None), "the request"),
        (("POST", "/v2.1/servers/1/action", "", 1, 200, {"os-start": None}, None), "no status"),
    ],
)
def test_what_the_document_does_not_say_is_found(description, exchange, reason):
    method, path, query, minor, *rest = exchange
    found = list(description.violations(Exchange(method, path, query, Version(2, minor), *rest)))
    if reason is None:
        assert found == []
    else:
        assert any(reason in one for one in found), found
