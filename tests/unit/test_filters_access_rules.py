"""Access rules of application credentials: which requests they allow."""

import pytest

from computeapi.filters.access_rules import allow

ALLOWED = [
    ("/v2.1/servers", "/v2.1/servers"),
    ("/v2.1/{project_id}/servers", "/v2.1/4f2a/servers"),
    ("/v2.1/4f2a/servers", "/v2.1/4f2a/servers"),
    ("/v2.1/servers/{server_id}/action", "/v2.1/servers/1-2/action"),
    ("/v2.1/{}", "/v2.1/servers"),
    ("/v2.1/*", "/v2.1/servers"),
    ("/v2.1/*/servers/*", "/v2.1/4f2a/servers/1"),
    ("/v2.1/ser*s", "/v2.1/servers"),
    ("/v2.1/**", "/v2.1/servers/1/action"),
    ("/v2.1/**/action", "/v2.1/4f2a/servers/1/action"),
    ("/**", "/"),
    ("/***", "/v2.1/servers"),
    ("/a%20(b+c).[d]$^|\\", "/a%20(b+c).[d]$^|\\"),
    ("/{", "/{"),
]
REFUSED = [
    ("/v2.1/servers", "/v2.1/servers/"),
    ("/v2.1/servers", "/v2.1/servers/1"),
    ("/v2.1/servers", "/v2.1/server"),
    ("/v2.1/servers", "/v2x1/servers"),
    ("/v2.1/servers", "/v2.1/4f2a/servers"),
    ("/v2.1/servers", "/v2.1/servers\n"),
    ("/v2.1/{project_id}/servers", "/v2.1/servers"),
    ("/v2.1/{project_id}/servers", "/v2.1/a/b/servers"),
    ("/v2.1/{project_id}/servers", "/v2.1//servers"),
    ("/v2.1/*", "/v2.1/servers/1"),
    ("/v2.1/*", "/v2.1/"),
    ("/v2.1/**/action", "/v2.1/servers/1"),
    ("/v2.1/(servers|flavors)", "/v2.1/servers"),
    ("/v2.1/.+", "/v2.1/servers"),
    ("/(", "/"),
    # Python's re would be at these until the process ends.
    ("/(a+)+$", "/" + "a" * 64),
    ("/" + "**a" * 80 + "b", "/" + "a" * 8000),
]


def rule(path="/v2.1/servers", method="GET", service="compute"):
    return {"id": "1", "service": service, "method": method, "path": path}


@pytest.mark.parametrize(("pattern", "path"), ALLOWED)
def test_a_path_that_is_allowed(pattern, path):
    assert allow([rule(pattern)], "compute", ["GET"], path)


@pytest.mark.parametrize(("pattern", "path"), REFUSED)
def test_a_path_that_is_not(pattern, path):
    assert not allow([rule(pattern)], "compute", ["GET"], path)


def test_service_method_and_path_are_of_one_rule():
    rules = [
        rule(),
        rule("/v2.1/servers/**", "DELETE"),
        rule("/v2/images", service="image"),
        rule("/v2.1/servers", "POST", "image"),
    ]
    requests = {
        (method, path): allow(rules, "compute", [method], path)
        for method in ("GET", "POST", "DELETE", "get")
        for path in ("/v2.1/servers", "/v2.1/servers/1", "/v2/images")
    }
    assert {request for request, allowed in requests.items() if allowed} == {
        ("GET", "/v2.1/servers"),
        ("DELETE", "/v2.1/servers/1"),
    }


def test_one_method_of_several_is_enough():
    assert allow([rule(method="HEAD")], "compute", {"GET", "HEAD"}, "/v2.1/servers")
    assert not allow([rule(method="HEAD")], "compute", {"GET", None}, "/v2.1/servers")


def test_no_rule_allows_nothing():
    assert not allow([], "compute", ["GET"], "/v2.1/servers")
