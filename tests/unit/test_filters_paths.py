"""Which part of a path is a project, and what becomes of it."""

import json

import pytest

from computeapi.api import links
from computeapi.api.paths import parse
from computeapi.filters.paths import Paths

HEX = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/v2.1/servers", ("v2.1", None, "servers")),
        ("/v2.1/servers/", ("v2.1", None, "servers/")),
        (f"/v2.1/{HEX}/servers/1/action", ("v2.1", HEX, "servers/1/action")),
        ("/v2.1/own/os-keypairs", ("v2.1", "own", "os-keypairs")),
        ("/v2.1/own", ("v2.1", "own", "")),
        ("/v2.1/own/", ("v2.1", "own", "")),
        ("/v2.1/own/nonsense", ("v2.1", None, "own/nonsense")),
        ("/v2.1/other", ("v2.1", None, "other")),
        ("/v2.1/other/limits", ("v2.1", "other", "limits")),
        ("/v2.1/servers/flavors", ("v2.1", None, "servers/flavors")),
        ("/v2.1/os-keypairs/servers", ("v2.1", None, "os-keypairs/servers")),
        ("/v2.1/own/own/servers", ("v2.1", None, "own/own/servers")),
        ("/v2.1//servers", ("v2.1", None, "/servers")),
        ("/v2.1", ("v2.1", None, "")),
        ("/v2", ("v2", None, "")),
        ("/v2/", ("v2", None, "")),
        ("/v2/own/flavors", ("v2", "own", "flavors")),
        ("", None),
        ("/", None),
        ("//v2.1/servers", None),
        ("v2.1/servers", None),
        ("/v2.10/servers", None),
        ("/own/v2.1/servers", None),
    ],
)
def test_a_project_is_what_stands_before_a_resource(path, parts):
    assert parse(path, "own") == parts


def test_a_project_that_is_called_as_a_resource_hides_none():
    assert parse("/v2.1/servers", "servers") == ("v2.1", None, "servers")


def ask(path, project="own", **environ):
    """Return the environ that came through the filter, and the answer."""
    seen, answer = {}, []

    def inner(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [("Vary", "X"), ("OpenStack-API-Version", "compute 2.1")])
        return [b"{}"]

    environ |= {"PATH_INFO": path, "HTTP_X_PROJECT_ID": project}
    body = b"".join(Paths(inner)(environ, lambda *start: answer.extend(start[:2])))
    return seen, answer[0], dict(answer[1]), json.loads(body)


@pytest.mark.parametrize(
    ("path", "routed", "form"),
    [
        ("/v2.1/servers/1", "/v2.1/servers/1", None),
        ("/v2.1/own/servers/1", "/v2.1/servers/1", "v2.1/own"),
        ("/v2/servers", "/v2.1/servers", "v2"),
        ("/v2/own/servers", "/v2.1/servers", "v2/own"),
        ("/v2/", "/v2/", "v2"),
        ("/v2/own", "/v2/", "v2/own"),
        ("/v2.1/own", "/v2.1/", "v2.1/own"),
        ("/", "/", None),
        ("//", "/", None),
        ("//v2.1//servers", "/v2.1/servers", None),
        ("/v2.1///own//servers", "/v2.1/servers", "v2.1/own"),
        ("/v2.1/servers//1", "/v2.1/servers/1", None),
    ],
)
def test_the_front_ends_route_one_form(path, routed, form):
    seen, status, _, _ = ask(path)
    assert (status, seen["PATH_INFO"], seen.get(links.ENVIRON_KEY)) == ("200 OK", routed, form)


@pytest.mark.parametrize("path", ["/v2.1/servers//", "/v2.1//os-quota-sets//", "//v2.1//"])
def test_no_item_has_an_empty_id(path):
    seen, status, headers, _ = ask(path)
    assert (seen, status) == ({}, "404 Not Found")
    assert headers["OpenStack-API-Version"] == "compute 2.1"


@pytest.mark.parametrize("project", [None, "", "Own", "own2"])
def test_the_project_is_the_tokens(project):
    seen, status, headers, body = ask("/v2.1/own/servers", project)
    assert (seen, status) == ({}, "400 Bad Request")
    assert headers["OpenStack-API-Version"] == "compute 2.1"
    assert list(body) == ["badRequest"]


def test_below_v2_there_are_no_microversions():
    asked = {"HTTP_OPENSTACK_API_VERSION": "compute 2.9", "HTTP_X_OPENSTACK_NOVA_API_VERSION": "2"}
    seen, _, headers, _ = ask("/v2/servers", **asked)
    assert not asked.keys() & seen.keys()
    assert headers == {}
    seen, _, headers, _ = ask("/v2.1/servers", **asked)
    assert asked.keys() <= seen.keys()
    assert headers["OpenStack-API-Version"] == "compute 2.1"
