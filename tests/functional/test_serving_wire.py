"""Answers byte by byte, from each server and each front end, over connections that are kept."""

import contextlib
import json

import pytest

from tests.functional import api_process
from tests.functional.api_process import FRONT_ENDS, Site, new_server, request

WSGIREF = """
from wsgiref.simple_server import make_server
from computeapi.cmd.wsgi import application
make_server("127.0.0.1", {port}, application).serve_forever()
"""
WAITRESS = "-m waitress --listen=127.0.0.1:{port} computeapi.cmd.wsgi:application"
WAYS = ("eventlet", "threads", "wsgiref", "waitress")
ACTION = json.dumps({"os-start": None}).encode()


@pytest.fixture(scope="module", params=WAYS)
def served(request, tmp_path_factory):
    """Both front ends in one process, under prefixes, served in one of the ways."""
    way, port = request.param, api_process.free_port()
    site = Site(tmp_path_factory.mktemp(way), port).write()
    environ = {"COMPUTEAPI_CONFIG_FILE": str(site.config_file), "COMPUTEAPI_APP": "both"}
    if way in api_process.SERVERS:
        site.server = way
        running = site.write().api("both")
    elif way == "wsgiref":
        running = site.running(["-c", WSGIREF.format(port=port)], **environ)
    else:
        running = site.running(WAITRESS.format(port=port).split(), **environ)
    with running:
        yield site, way in api_process.SERVERS


@pytest.fixture(params=FRONT_ENDS)
def ask(request, served):
    """Ask a front end, over one connection as long as the server says that it keeps it.

    Servers of ours keep it, except that they need not read a body that is too large.
    """
    site, is_ours = served
    with contextlib.ExitStack() as stack:
        clients = []

        def send(method, path, *arguments, **options):
            if not clients:
                clients.append(stack.enter_context(site.client()))
            answer = clients[0].ask(method, f"/{request.param}{path}", *arguments, **options)
            if answer.version == "HTTP/1.0" or answer.headers.get("connection") == "close":
                assert clients.pop().rest() == b""
                assert not is_ours or answer.status == 413
            return answer

        yield send


def test_every_answer_is_one_answer_with_every_header_once(ask):
    created = ask("POST", "/v2.1/servers", new_server())
    assert created.status == 202
    server = f"/v2.1/servers/{created.json()['server']['id']}"
    for status, *asked in [
        (200, "GET", "/v2.1"),
        (200, "GET", "/v2.1/servers/detail"),
        (200, "GET", server),
        (404, "GET", "/v2.1/servers/nowhere"),
        (404, "GET", "/v2.1/nowhere"),
        (405, "PUT", "/v2.1/limits"),
        (400, "POST", "/v2.1/servers", b"{"),
        (400, "POST", "/v2.1/servers", b""),
        (400, "POST", "/v2.1/servers", b'{"server": {}}'),
        (413, "POST", "/v2.1/servers", b" " * 114689),
    ]:
        answer = ask(*asked)
        assert answer.status == status, asked
        assert answer.headers["content-type"] == "application/json"


def test_an_answer_to_nobody_is_one_answer(ask):
    for method in ("GET", "POST", "DELETE"):
        answer = ask(method, "/v2.1/servers", token=None)
        assert (answer.status, answer.fault["code"]) == (401, 401)


def test_an_answer_without_a_body_has_no_length_either(ask):
    for name in ("one", "two"):
        created = ask("POST", "/v2.1/servers", new_server(name))
        deleted = ask("DELETE", f"/v2.1/servers/{created.json()['server']['id']}")
        assert (deleted.status, deleted.body) == (204, b"")
    assert ask("GET", "/v2.1/flavors/1").status == 200


@pytest.mark.parametrize("token", [api_process.TOKEN, None])
def test_head_is_answered_without_a_body(token, ask):
    for path in ("/v2.1/servers", "/v2.1/flavors/1", "/v2.1/servers/nowhere", "/v2.1/nowhere"):
        head = ask("HEAD", path, token=token)
        assert head.body == b""
    # Whatever came too much would be taken for the beginning of this.
    assert ask("GET", "/v2.1/flavors/1").json()["flavor"]["id"] == "1"


def test_the_answer_to_an_action_has_no_body(ask):
    created = ask("POST", "/v2.1/servers", new_server())
    server = f"/v2.1/servers/{created.json()['server']['id']}"
    answer = ask("POST", f"{server}/action", ACTION)
    assert answer.status in (202, 409)
    assert ask("GET", server).status == 200


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_body_that_does_not_arrive_whole_does_nothing(front_end, served):
    site, _ = served
    path = f"/{front_end}/v2.1/servers"
    with site.client() as client:
        before = client.ask("GET", path).json()
    for missing in (1, 10):
        with site.client() as client:
            client.send(request("POST", path, new_server() + b" " * missing)[:-missing]).end()
            rest = client.rest()
        # A server may give up before it asks the application, with or without an answer.
        assert not rest or rest.split()[1] == b"400"
    with site.client() as client:
        assert client.ask("GET", path).json() == before


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_length_that_is_no_number_does_nothing(front_end, served):
    site, is_ours = served
    path = f"/{front_end}/v2.1/servers"
    with site.client() as client:
        before = client.ask("GET", path).json()
    for length in ("+5", "1_0", "5, 5", "x"):
        sent = request("POST", path, b"").replace(b"Length: 0", f"Length: {length}".encode())
        with site.client() as client:
            # The server may answer and close before the body is sent.
            with contextlib.suppress(OSError):
                client.send(sent, new_server()).end()
            rest = client.rest()
        # Another server may close before it read the body, and so reset what it answered.
        assert rest.split()[1:2] == [b"400"] or not (rest or is_ours)
    with site.client() as client:
        assert client.ask("GET", path).json() == before
