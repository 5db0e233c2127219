"""Requests with a known token: the caller's identity cannot be forged."""

import contextlib
import http.client
import random
import subprocess
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from computeapi.api import context, request_id
from computeapi.domain.context import Context
from computeapi.filters import auth_token

#: keystonemiddleware's documentation, "What auth_token adds to the request"; deprecated ones too.
HEADERS = (
    "X-Identity-Status", "X-Service-Identity-Status", "X-Domain-Id", "X-Service-Domain-Id",
    "X-Domain-Name", "X-Service-Domain-Name", "X-Project-Id", "X-Service-Project-Id",
    "X-Project-Name", "X-Service-Project-Name", "X-Project-Domain-Id",
    "X-Service-Project-Domain-Id", "X-Project-Domain-Name", "X-Service-Project-Domain-Name",
    "X-User-Id", "X-Service-User-Id", "X-User-Name", "X-Service-User-Name", "X-User-Domain-Id",
    "X-Service-User-Domain-Id", "X-User-Domain-Name", "X-Service-User-Domain-Name", "X-Roles",
    "X-Service-Roles", "X-Is-Admin-Project", "X-Service-Catalog", "X-Tenant-Id", "X-Tenant-Name",
    "X-Tenant", "X-User", "X-Role", "OpenStack-System-Scope",
)  # fmt: skip
SPELLINGS = {
    "as documented": str,
    "lower": str.lower,
    "upper": str.upper,
    "underscores": lambda name: name.replace("-", "_"),
    "mixed": lambda name: name.swapcase().replace("-", "_", 1),
}
ADMIN = "admin"


class Admins:
    def is_admin(self, context):
        return "admin" in context.roles


def test_auth_token_is_asked_once(guard, keystone, middleware):
    guarded, token = guard(), keystone.issue()
    for _ in range(3):
        status, _, body = guarded.ask(token)
        assert (status, body.decode()) == (200, keystone.tokens[token]["user"]["id"])
    assert len(middleware) == keystone.asked.count(token) == 1


def test_switched_off_auth_token_is_asked_each_time(guard, keystone, middleware):
    guarded, token = guard(fast="false"), keystone.issue()
    assert [guarded.ask(token)[0] for _ in range(3)] == [200] * 3
    assert (len(middleware), keystone.asked.count(token)) == (3, 1)
    with pytest.raises(ValueError, match="nonsense"):
        guard(fast="nonsense")


@pytest.mark.parametrize("delayed", ["false", "true"])
@pytest.mark.parametrize("headers", [{}, {"HTTP_X_AUTH_TOKEN": ""}, {"HTTP_X_USER_ID": "u1"}])
def test_a_request_without_a_token_is_answered_as_auth_token_answers_it(delayed, headers, guard):
    fast, stock = (guard(fast=fast, delay_auth_decision=delayed) for fast in ("true", "false"))
    answer = fast.ask(**headers)
    assert answer == stock.ask(**headers)
    assert answer[0] == (200 if delayed == "true" else 401)


def test_a_request_without_a_token_is_not_auth_tokens(guard, middleware):
    assert guard().ask()[0] == 401
    assert middleware == []


words = st.text(st.characters(codec="utf-8", exclude_characters=","), min_size=1, max_size=12)
things = st.fixed_dictionaries(
    {"id": words, "name": words, "domain": st.fixed_dictionaries({"id": words, "name": words})}
)
scopes = st.one_of(
    st.builds(lambda thing: {"project": thing}, things),
    st.builds(lambda thing: {"project": None, "domain": thing["domain"]}, things),
    st.just({"project": None, "system": {"all": True}}),
    st.just({"project": None, "roles": None}),
    st.builds(lambda thing: {"project": thing, "application_credential": {"id": "a"}}, things),
)
bodies = st.builds(
    lambda user, roles, scope: {"user": user, "roles": roles, **scope},
    things,
    st.lists(st.fixed_dictionaries({"id": words, "name": words}), max_size=4),
    scopes,
)


@pytest.fixture(scope="module")
def pair(guard):
    """A filter that remembers, and one that does not."""
    return guard(include_service_catalog="true"), guard(include_service_catalog="true", fast="no")


@given(body=bodies, catalog=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_application_learns_the_same_with_and_without(body, catalog, pair, keystone):
    fast, stock = pair
    token = keystone.issue(**body, catalog=keystone.catalog if catalog else None)
    learned = []
    for guarded in (stock, stock, fast, fast):
        assert guarded.ask(token, **{request_id.ENVIRON_KEY: "req-1"})[0] == 200
        made = context.from_environ(guarded.seen, Admins())
        assert isinstance(made, Context)
        learned.append((made, guarded.identity(), auth_token._PLUGIN in guarded.seen))
    assert "webob.adhoc_attrs" in stock.seen
    assert "webob.adhoc_attrs" not in fast.seen
    plugins = [plugin for _, _, plugin in learned]
    assert plugins == [True, True, False, False]
    assert all(one[:2] == learned[0][:2] for one in learned)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@contextlib.contextmanager
def served(app):
    """Serve over HTTP, by a server that takes underscores for hyphens."""
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def send(port, headers, path="/v2.1/servers"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status


def test_the_headers_that_tell_of_a_caller_are_known():
    keys = {"HTTP_" + name.upper().replace("-", "_") for name in HEADERS}
    assert keys <= auth_token.IDENTITY_HEADERS


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("fast", ["true", "false"])
def test_no_header_of_the_caller_gets_through(spelling, fast, guard, keystone):
    guarded, token = guard(fast=fast), keystone.issue()
    forged = {SPELLINGS[spelling](name): ADMIN for name in HEADERS}
    with served(guarded.app) as port:
        assert send(port, {"X-Auth-Token": token}) == 200
        honest = guarded.identity()
        guarded.seen = None
        for attempt in (token, token, keystone.issue()):
            assert send(port, {**forged, "X-Auth-Token": attempt}) == 200
            assert ADMIN not in guarded.identity().values()
            assert guarded.identity().keys() == honest.keys()
            assert attempt != token or guarded.identity() == honest
            guarded.seen = None
        serving = keystone.issue(roles=[{"id": "s", "name": "service"}])
        both = {"X-Auth-Token": token, "X-Service-Token": serving}
        assert send(port, {**forged, **both}) == 200
        assert ADMIN not in guarded.identity().values()
        guarded.seen = None
        assert send(port, forged) == 401
        assert send(port, {**forged, "X-Auth-Token": "bogus"}) == 401
        assert guarded.seen is None
        assert send(port, forged, "/v2.1") == 200
        assert guarded.identity() == {}


def test_no_header_gets_through_to_an_application_that_decides_itself(guard):
    guarded = guard(delay_auth_decision="true")
    forged = {"HTTP_" + name.upper().replace("-", "_"): ADMIN for name in HEADERS}
    assert guarded.ask("bogus", **forged)[0] == 200
    assert guarded.identity() == {"HTTP_X_IDENTITY_STATUS": "Invalid"}


def test_who_has_expired_is_not_remembered_as_confirmed(guard, keystone, clocks):
    guarded, token = guard(delay_auth_decision="true"), keystone.issue(clocks.utc(10))
    assert guarded.ask(token)[0] == 200
    assert guarded.identity()["HTTP_X_IDENTITY_STATUS"] == "Confirmed"
    clocks.advance(11)
    for _ in range(2):
        assert guarded.ask(token)[0] == 200
        assert guarded.identity() == {"HTTP_X_IDENTITY_STATUS": "Invalid"}


def test_what_a_request_does_to_its_environ_ends_with_it(guard, keystone):
    guarded, token = guard(), keystone.issue(system={})
    for _ in range(3):
        guarded.ask(token)
        assert guarded.seen["HTTP_X_ROLES"] == "member,reader"
        guarded.seen["HTTP_X_ROLES"] = ADMIN
        with pytest.raises(TypeError):
            guarded.seen["keystone.token_info"]["token"]["system"]["all"] = True


def test_tokens_are_not_mixed_up(guard, keystone):
    guarded = guard()
    tokens = [keystone.issue() for _ in range(4)]
    # A token that begins as another does, and one with spaces around it.
    tokens += [tokens[0] + "x", tokens[0][:-1]]
    keystone.tokens[tokens[-2]] = keystone.tokens[keystone.issue()]
    chance = random.Random(1)
    for token in chance.choices(tokens, k=60):
        status, _, body = guarded.ask(chance.choice([token, f" {token} "]))
        told = keystone.tokens.get(token)
        assert status == (200 if told else 401)
        assert not told or body.decode() == told["user"]["id"]


def test_bogus_tokens_are_not_remembered(guard, keystone):
    guarded = guard()
    for number in range(3):
        assert guarded.ask("bogus-here")[0] == 401
        assert keystone.asked.count("bogus-here") == number + 1
    keystone.tokens["bogus-here"] = keystone.tokens[keystone.issue()]
    assert guarded.ask("bogus-here")[0] == 200
    keystone.revoke("bogus-here")


def test_first_requests_at_the_same_time(guard, keystone):
    guarded = guard()
    tokens = [keystone.issue() for _ in range(3)]
    together = threading.Barrier(12)
    wrong = []

    def work(token):
        together.wait(10)
        for _ in range(5):
            status, _, body = guarded.ask(token)
            if (status, body.decode()) != (200, keystone.tokens[token]["user"]["id"]):
                wrong.append((token, status, body))

    threads = [threading.Thread(target=work, args=(token,)) for token in tokens * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    before = len(keystone.asked)
    assert [guarded.ask(token)[0] for token in tokens] == [200] * 3
    assert len(keystone.asked) == before


def test_first_requests_at_the_same_time_in_green_threads():
    script = (
        "import eventlet; eventlet.monkey_patch()\n"
        "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    )
    test = f"{__file__}::{test_first_requests_at_the_same_time.__name__}"
    words = [sys.executable, "-W", "ignore", "-c", script, "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("fast", ["true", "false"])
def test_an_application_that_refuses_says_where_to_get_a_token(fast, guard, keystone):
    guarded, token = guard(fast=fast), keystone.issue()
    for _ in range(2):
        guarded.status = "200 OK"
        assert "WWW-Authenticate" not in guarded.ask(token)[1]
        guarded.status = "401 Unauthorized"
        status, headers, _ = guarded.ask(token)
        assert status == 401
        assert headers["WWW-Authenticate"] == f'Keystone uri="{keystone.url}"'
