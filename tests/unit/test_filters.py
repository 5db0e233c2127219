"""The WSGI filters in front of the API, the context they make, and links."""

import json

import pytest

from computeapi.api import context, faults
from computeapi.api.links import Links
from computeapi.api.request_id import ENVIRON_KEY, GLOBAL_ENVIRON_KEY
from computeapi.domain import log_context
from computeapi.domain.errors import Unauthenticated
from computeapi.filters import auth_token, noauth, request_id
from computeapi.filters.faults import Faults

SERVER = "7ac1f6c2-0b0b-4c3c-9c9c-0123456789ab"


class Inner:
    """The application behind a filter; notes what it was asked."""

    def __init__(self, error=None):
        self.environ, self.error = None, error

    def __call__(self, environ, start_response):
        self.environ = environ
        if self.error:
            raise self.error
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read()] if "wsgi.input" in environ else [b"ok"]


def ask(app, **environ):
    answer = {}

    def start(status, headers, *exc_info):
        answer.update(status=status, headers=headers)

    body = b"".join(app({"REQUEST_METHOD": "GET", "PATH_INFO": "/v2.1/servers"} | environ, start))
    return answer["status"], answer["headers"], body


@pytest.mark.parametrize(
    ("code", "name"),
    [(400, "badRequest"), (404, "itemNotFound"), (405, "badMethod"), (409, "conflictingRequest"),
     (413, "overLimit"), (503, "serviceUnavailable"), (500, "computeFault"), (406, "computeFault"),
     (418, "computeFault")],
)  # fmt: skip
def test_a_fault_has_a_name(code, name):
    assert faults.fault(code, "why") == {name: {"code": code, "message": "why"}}


def test_what_escapes_is_a_fault_and_a_log_entry(caplog):
    status, headers, body = ask(Faults(Inner(RuntimeError("swordfish"))))
    assert status == "500 Internal Server Error"
    assert json.loads(body) == faults.fault(500, faults.UNEXPECTED)
    assert dict(headers)["Content-Length"] == str(len(body))
    assert "swordfish" in caplog.text


def test_a_request_has_an_id_and_tells_it_twice():
    inner = Inner()
    _, headers, _ = ask(request_id.RequestId(inner), HTTP_X_OPENSTACK_REQUEST_ID="nonsense")
    told = dict(headers)
    assert told["x-openstack-request-id"] == told["x-compute-request-id"]
    assert told["x-compute-request-id"] == inner.environ[ENVIRON_KEY]
    assert GLOBAL_ENVIRON_KEY not in inner.environ
    assert dict(ask(request_id.RequestId(inner))[1]) != told


@pytest.mark.parametrize(
    ("path", "server_id"),
    [
        ("/v2.1/servers", None),
        ("/v2.1/servers/detail", None),
        (f"/v2.1/servers/{SERVER}", SERVER),
        (f"/v2.1/servers/{SERVER}/action", SERVER),
        (f"/v2.1/servers/{SERVER}0", None),
    ],
)
def test_log_entries_belong_to_the_request_and_to_its_server(path, server_id):
    seen = []

    def app(environ, start_response):
        start_response("200 OK", [])
        seen.append(log_context.current())
        return []

    theirs = f"req-{SERVER}"
    _, headers, _ = ask(
        request_id.RequestId(app), PATH_INFO=path, HTTP_X_OPENSTACK_REQUEST_ID=theirs
    )
    (current,) = seen
    assert current.request_id == dict(headers)["x-openstack-request-id"]
    assert (current.global_request_id, current.server_id) == (theirs, server_id)
    assert log_context.current() is None


def test_a_callers_own_request_id_is_kept_beside_ours():
    inner, theirs = Inner(), "req-00000000-0000-4000-8000-000000000000"
    ask(request_id.RequestId(inner), HTTP_X_OPENSTACK_REQUEST_ID=theirs)
    assert inner.environ[GLOBAL_ENVIRON_KEY] == theirs
    assert inner.environ[ENVIRON_KEY] != theirs


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "", True),
        ("GET", "/", True),
        ("HEAD", "/v2.1", True),
        ("GET", "/v2.1/", True),
        ("POST", "/", False),
        ("GET", "/v2.1/servers", False),
        ("GET", "/v2", True),
        ("HEAD", "/v2/", True),
        ("GET", "//", False),
        ("GET", "/v2.1//", False),
        ("GET", "//v2.1", False),
        ("GET", "//v2.1/servers", False),
        ("GET", "/v2.1/../servers", False),
        ("GET", "/v2.1/p", False),
        ("GET", "/v2.10", False),
        ("GET", "/v2/servers", False),
    ],
)
def test_what_is_for_everybody(method, path, expected):
    assert auth_token.is_discovery({"REQUEST_METHOD": method, "PATH_INFO": path}) is expected


def test_a_token_names_the_caller():
    inner = Inner()
    ask(noauth.NoAuth(inner), HTTP_X_AUTH_TOKEN="u:p:a,b", HTTP_X_ROLES="admin")
    seen = {k: v for k, v in inner.environ.items() if k.startswith("HTTP_X_") and "AUTH" not in k}
    assert seen == {"HTTP_X_USER_ID": "u", "HTTP_X_PROJECT_ID": "p", "HTTP_X_ROLES": "a,b"}


@pytest.mark.parametrize("headers", [{}, {"HTTP_X_AUTH_TOKEN": "x"}, {"HTTP_X_USER_ID": "u"}])
def test_without_a_token_nobody_passes(headers):
    inner = Inner()
    status, _, body = ask(noauth.NoAuth(inner), **headers)
    assert status == "401 Unauthorized"
    assert list(json.loads(body)) == ["unauthorized"]
    assert inner.environ is None


def test_discovery_needs_no_token_and_has_no_identity():
    inner = Inner()
    assert ask(noauth.NoAuth(inner), PATH_INFO="/v2.1/", HTTP_X_ROLES="admin")[0] == "200 OK"
    assert "HTTP_X_ROLES" not in inner.environ


class Admins:
    """A policy for which administrators are those with the role boss."""

    def is_admin(self, context):
        return "boss" in context.roles


def test_the_context_is_what_the_filters_learned():
    made = context.from_environ(
        {
            "HTTP_X_USER_ID": "u", "HTTP_X_PROJECT_ID": "p", "HTTP_X_ROLES": "boss,,member",
            "HTTP_X_AUTH_TOKEN": "t", "HTTP_X_USER_DOMAIN_ID": "ud",
            "HTTP_X_PROJECT_DOMAIN_ID": "pd", ENVIRON_KEY: "req-1",
            "HTTP_OPENSTACK_SYSTEM_SCOPE": "all",
        },
        Admins(),
    )  # fmt: skip
    assert (made.user_id, made.project_id, made.token) == ("u", "p", "t")
    assert (made.user_domain_id, made.project_domain_id) == ("ud", "pd")
    assert made.roles == {"boss", "member"}
    assert made.request_id == "req-1"
    assert made.is_admin
    assert made.system_scope is None
    assert "t'" not in repr(made)


def test_the_scope_is_the_tokens():
    info = {"token": {"system": {"all": True}}}
    made = context.from_environ({"keystone.token_info": info}, Admins())
    assert made.system_scope == "all"
    assert made.request_id.startswith("req-")
    assert not made.is_admin
    assert made.roles == frozenset()
    assert made.scope == "system"


@pytest.mark.parametrize("absent", [None, ""])
def test_what_is_empty_is_absent(absent):
    names = ("USER_ID", "PROJECT_ID", "ROLES", "DOMAIN_ID", "AUTH_TOKEN")
    made = context.from_environ({f"HTTP_X_{name}": absent for name in names}, Admins())
    assert (made.user_id, made.project_id, made.domain_id, made.token) == (None,) * 4
    assert made.scope == "none"


def test_the_domain_of_the_scope_is_not_the_users():
    made = context.from_environ(
        {"HTTP_X_DOMAIN_ID": "d", "HTTP_X_USER_DOMAIN_ID": "ud", "HTTP_X_USER_ID": "u"}, Admins()
    )
    assert (made.domain_id, made.user_domain_id, made.scope) == ("d", "ud", "domain")


@pytest.mark.parametrize("name", ["AUTH", "STORAGE"])
def test_the_token_is_what_auth_token_took(name):
    made = context.from_environ({f"HTTP_X_{name}_TOKEN": " t "}, Admins())
    assert made.token == "t"


@pytest.mark.parametrize("whose", ["", "SERVICE_"])
def test_a_caller_whose_token_was_found_invalid_is_no_caller(whose):
    status = f"HTTP_X_{whose}IDENTITY_STATUS"
    with pytest.raises(Unauthenticated) as refused:
        context.from_environ({status: "Invalid", "HTTP_X_USER_ID": "u"}, Admins())
    assert refused.value.code == 401
    assert context.from_environ({status: "Confirmed", "HTTP_X_USER_ID": "u"}, Admins())


def test_links_are_where_the_caller_is():
    links = Links("http://here/at/")
    assert links.version("v2") == "http://here/at/v2/"
    assert links.self_link("servers", "1") == "http://here/at/v2.1/servers/1"
    assert links.bookmark("servers", "1") == "http://here/at/servers/1"


def test_a_prefix_hides_where_the_caller_is():
    links = Links("http://here", "https://there/x/")
    assert links.version("v2.1") == "https://there/x/v2.1/"


def test_links_lead_by_the_path_that_the_caller_used():
    links = Links("http://h", path="v2/p 1")
    assert links.self_link("servers", "1") == "http://h/v2/p%201/servers/1"
    assert links.bookmark("servers", "1") == "http://h/p%201/servers/1"
    assert links.next_page("servers", [], "m") == "http://h/v2/p%201/servers?marker=m"


def test_the_next_page_has_the_same_query_but_the_marker():
    query = [("limit", "2"), ("name", "a b&c"), ("marker", "old"), ("name", "é")]
    assert Links("http://h").next_page("servers/detail", query, "new") == (
        "http://h/v2.1/servers/detail?limit=2&name=a+b%26c&name=%C3%A9&marker=new"
    )
