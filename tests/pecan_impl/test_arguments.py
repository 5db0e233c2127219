"""Pecan and WSME make arguments of whatever a caller sends: here only of what is meant so."""

import pytest

from computeapi.domain.errors import NotFound

GONE = NotFound("Gone.")


@pytest.mark.parametrize(
    "query",
    ["server_id=B", "_id=B", "self=B", "_method=delete", "__body__=%7B%7D", "body=B", "context=B"],
)
def test_query_never_stands_in_for_the_path(ask, services, query):
    services.servers.answers["get"] = GONE
    assert ask("GET", f"/v2.1/servers/A?{query}").status_int == 404
    assert services.servers.calls == [("get", ("A",))]


@pytest.mark.parametrize(
    "query", ["action=x", "body=x", "_method=delete", "action.os-start=1", "__body__=x"]
)
def test_query_never_stands_in_for_the_body(ask, services, query):
    path = f"/v2.1/servers/A/action?{query}"
    assert ask("POST", path, {"os-stop": None}).status_int == 202
    assert services.servers.calls == [("stop", ("A",))]


def test_query_is_no_body(ask, services):
    path = '/v2.1/servers/A/action?__body__={"os-stop":null}'
    assert ask("POST", path, b"").status_int == 400
    assert services.servers.calls == []


def test_keys_of_the_body_are_no_arguments(ask, services):
    assert ask("POST", "/v2.1/servers/A/action", {"action": {"os-stop": None}}).status_int == 400
    assert services.servers.calls == []


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "multipart/form-data"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_body_is_not_read_where_none_is_expected(ask, services, method, content_type):
    services.servers.answers["get"] = GONE
    response = ask(method, "/v2.1/servers/A", b"<broken", {"Content-Type": content_type})
    assert response.status_int == (404 if method == "GET" else 204)
    assert services.servers.calls == [(method.lower(), ("A",))]


@pytest.mark.parametrize(
    "name", ["index", "get", "delete", "new", "_lookup", "_route", "__class__", "a.json", "walk"]
)
def test_names_of_attributes_are_names_of_keypairs(ask, services, name):
    services.keypairs.answers["get"] = GONE
    assert ask("GET", f"/v2.1/os-keypairs/{name}").status_int == 404
    assert services.keypairs.calls == [("get", (name, None))]


@pytest.mark.parametrize("path", ["/get", "/__class__", "/v2.1/_route", "/v2.1/__init__/x"])
def test_attributes_are_no_resources(ask, path):
    response = ask("GET", path)
    assert response.status_int == 404
    assert list(response.json) == ["itemNotFound"]


def test_path_of_an_item_is_no_document_for_its_collection(ask, services):
    response = ask("POST", "/v2.1/servers/A", {"server": {}})
    assert response.status_int == 405
    assert response.headers["Allow"] == "DELETE, GET, PUT"
    assert services.servers.calls == []


def test_path_that_is_no_utf8_leads_nowhere(ask):
    assert ask("GET", "/v2.1/%ff").status_int == 404


def test_query_that_is_no_utf8_is_refused(ask, services):
    response = ask("GET", "/v2.1/servers?name=%ff")
    assert response.status_int == 400
    assert services.servers.calls == []
