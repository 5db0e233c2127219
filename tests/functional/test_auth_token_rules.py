"""Tokens of application credentials whose access rules allow some requests only."""

import pytest

from computeapi.filters.methods import Methods

SERVERS = "/v2.1/servers"
RULES = [
    {"service": "compute", "method": "GET", "path": SERVERS},
    {"service": "compute", "method": "GET", "path": "/v2.1/{project_id}/servers"},
    {"service": "compute", "method": "POST", "path": "/v2.1/servers/*/action"},
    {"service": "compute", "method": "DELETE", "path": "/v2.1/servers/**"},
    {"service": "compute", "method": "HEAD", "path": "/v2.1/flavors"},
    {"service": "image", "method": "GET", "path": "/v2.1/limits"},
]
#: request -> status; each is sent twice, as the second finds the token remembered
REQUESTS = {
    ("GET", SERVERS): 200,
    ("GET", "/v2.1/4f2a/servers"): 200,
    ("POST", "/v2.1/servers/1/action"): 200,
    ("DELETE", "/v2.1/servers/1"): 200,
    ("HEAD", "/v2.1/flavors"): 200,
    ("HEAD", SERVERS): 200,
    ("POST", SERVERS): 401,
    ("GET", "/v2.1/flavors"): 401,
    ("GET", "/v2.1/servers/1"): 401,
    ("GET", "/v2.1/servers/detail"): 401,
    ("GET", "/v2.1/limits"): 401,
    ("DELETE", SERVERS): 401,
    ("POST", "/v2.1/servers/1/2/action"): 401,
}


@pytest.fixture
def credential(keystone):
    """Make a token of an application credential with these access rules."""

    def make(rules=RULES, **more):
        return keystone.issue(application_credential={"id": "a", "access_rules": rules}, **more)

    return make


@pytest.mark.parametrize("options", [{}, {"fast": "false"}, {"service_type": "compute"}])
def test_a_rule_that_allows_the_request_allows_it_and_no_other_request(options, guard, credential):
    guarded, token = guard(**options), credential()
    guarded.app = Methods(guarded.app)
    for _ in range(2):
        answered = {
            (method, path): guarded.ask(token, path, REQUEST_METHOD=method)[0]
            for method, path in REQUESTS
        }
        assert answered == REQUESTS


def test_what_is_refused_says_where_to_get_a_token(guard, keystone, credential):
    status, headers, _ = guard().ask(credential(), "/v2.1/flavors")
    assert status == 401
    assert headers["WWW-Authenticate"] == f'Keystone uri="{keystone.url}"'


@pytest.mark.parametrize("rules", [[], RULES[-1:]])
def test_no_rule_for_this_service_allows_nothing(rules, guard, credential):
    guarded, token = guard(), credential(rules)
    assert [guarded.ask(token)[0] for _ in range(2)] == [401, 401]


def test_a_credential_without_rules_is_good_for_every_request(guard, keystone, middleware):
    guarded = guard()
    token = keystone.issue(application_credential={"id": "a", "restricted": True})
    assert [guarded.ask(token, REQUEST_METHOD="POST")[0] for _ in range(2)] == [200, 200]
    assert len(middleware) == 1


def test_a_token_beside_one_with_rules_is_not_limited_by_them(guard, keystone, credential):
    guarded, limited, free = guard(), credential(), keystone.issue()
    for _ in range(2):
        assert guarded.ask(free, "/v2.1/flavors")[0] == 200
        assert guarded.ask(limited, "/v2.1/flavors")[0] == 401
        assert guarded.ask(limited)[0] == 200


def test_the_operator_names_the_service(guard, credential):
    token = credential([{"service": "compute-2", "method": "GET", "path": "/**"}])
    assert guard(service_type="compute-2").ask(token)[0] == 200
    assert guard().ask(token)[0] == 401


@pytest.mark.parametrize(("kind", "status"), [("compute", 200), ("compute-2", 401)])
def test_a_catalog_that_is_known_has_to_name_the_service(kind, status, guard, keystone, credential):
    guarded = guard(include_service_catalog="true", service_type=kind)
    token = credential([{**RULES[0], "service": kind}], catalog=keystone.catalog)
    assert [guarded.ask(token)[0] for _ in range(2)] == [status, status]


def test_a_service_continues_what_its_own_rules_have_let_pass(guard, keystone, credential):
    guarded, token = guard(), credential()
    service = keystone.issue(roles=[{"id": "s", "name": "service"}])
    for _ in range(2):
        assert guarded.ask(token, "/v2.1/flavors", HTTP_X_SERVICE_TOKEN=service)[0] == 200
        assert guarded.ask(token, "/v2.1/flavors", HTTP_X_SERVICE_TOKEN="bogus")[0] == 401
        assert guarded.ask(token, "/v2.1/flavors", HTTP_X_SERVICE_TOKEN=token)[0] == 401
        assert guarded.ask(token, "/v2.1/flavors", HTTP_X_SERVICE_TOKEN=keystone.issue())[0] == 401
        assert guarded.ask(token, "/v2.1/flavors")[0] == 401


@pytest.mark.parametrize("path", ["/(", "/(a+)+$", "/[z-a]", "/**a**a**a**a**a**a**a**a**ab"])
def test_a_rule_is_no_regular_expression(path, guard, credential):
    token = credential([{**RULES[0], "path": path}])
    assert guard().ask(token, "/" + "a" * 1000)[0] == 401
