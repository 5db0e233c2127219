"""Connections that take too long, or are too many, with each server."""

import contextlib
import json
import os
import socket
import time
from pathlib import Path

import pytest

from tests.functional import api_process
from tests.functional.api_process import (
    DEADLINE,
    SERVERS,
    TOKEN,
    Site,
    new_server,
    request,
    wait_for,
)

OPTIONS = """
header_timeout = 1
body_timeout = 1
idle_timeout = 1
request_timeout = 4
max_connections = 20
[composite:all]
use = egg:Paste#urlmap
/ = main
/large = large
/modules = modules
[app:large]
paste.app_factory = tests.functional.own_apps:large
[app:modules]
paste.app_factory = tests.functional.own_apps:modules
"""
FLAVOR = request("GET", "/v2.1/flavors/1")
LARGE = request("GET", "/large")


@pytest.fixture(scope="module", params=SERVERS)
def running(request, tmp_path_factory):
    """A site, and its process, which serves a front end and applications of the tests' own."""
    folder = tmp_path_factory.mktemp(request.param)
    site = Site(folder, api_process.free_port(), server=request.param, options=OPTIONS).write()
    with site.api("all") as process:
        yield site, process
    # The client that does not read is left in the middle of an answer.
    found = [line for line in site.log.splitlines() if "Traceback" in line]
    assert [line for line in found if "BrokenPipeError" not in line] == []


@pytest.fixture
def site(running):
    return running[0]


def sockets(process):
    """Return how many TCP sockets of IPv4 a process has, one to listen on among them."""
    with open("/proc/net/tcp") as file:
        known = {line.split()[9] for line in file}
    found = set()
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(os.readlink(descriptor).removeprefix("socket:[").removesuffix("]"))
    return len(found & known)


def drip(client, data):
    """Send a byte from time to time, for as long as the server listens; return what it said."""
    deadline = time.monotonic() + DEADLINE
    client.sock.settimeout(0.2)
    for byte in data:
        assert time.monotonic() < deadline, "the server waits for ever"
        try:
            client.send(bytes([byte]))
            client._more()
        except TimeoutError:
            continue
        except (EOFError, OSError):
            break
        break
    client.sock.settimeout(DEADLINE)
    return client


def test_a_connection_that_sends_nothing_is_ended(site):
    with site.client() as client:
        assert client.rest() == b""


def test_a_header_that_comes_byte_by_byte_is_a_408(site):
    header = b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1000
    with site.client() as client:
        answer = drip(client, header).answer()
        assert (answer.status, answer.fault["code"]) == (408, 408)
        assert answer.headers["connection"] == "close"
        assert client.rest() == b""


def test_a_body_that_comes_byte_by_byte_is_a_408_and_does_nothing(site):
    body = new_server() + b" " * 1000
    sent = request("POST", "/v2.1/servers", body)
    with site.client() as client:
        client.send(sent[: -len(body)])
        answer = drip(client, body).answer()
        assert (answer.status, answer.fault["code"]) == (408, 408)
        assert client.rest() == b""
    with site.client() as client:
        assert client.ask("GET", "/v2.1/servers").json() == {"servers": []}


def test_chunks_without_end_are_a_408(site):
    head = f"POST /v2.1/servers HTTP/1.1\r\nHost: h\r\nX-Auth-Token: {TOKEN}\r\n"
    with site.client() as client:
        client.send(head, "Transfer-Encoding: chunked\r\n\r\n")
        assert drip(client, b"1;a=b\r\nx\r\n" * 1000).answer().status == 408


def test_an_idle_connection_is_ended(site):
    with site.client() as client:
        client.send(FLAVOR)
        assert client.answer().status == 200
        assert client.rest() == b""


def test_connections_that_send_nothing_stop_nobody(site):
    idle = [socket.create_connection(("127.0.0.1", site.port), DEADLINE) for _ in range(60)]
    half = [socket.create_connection(("127.0.0.1", site.port), DEADLINE) for _ in range(10)]
    for sock in half:
        sock.sendall(b"GET /v2.1 HTTP/1.1\r\nHo")
    with site.client() as client:
        assert client.ask("GET", "/v2.1/flavors/1").status == 200
    for sock in idle + half:
        sock.close()
    assert "connections" in site.log  # the operator is told


def test_a_client_that_does_not_read_is_ended(running):
    site, process = running
    with socket.socket() as sock:
        # The connections of other tests have ended.
        wait_for(lambda: sockets(process) == 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(DEADLINE)
        sock.connect(("127.0.0.1", site.port))
        sock.sendall(LARGE)
        wait_for(lambda: sockets(process) == 2)
        wait_for(lambda: sockets(process) == 1)
        received = 0
        try:
            while part := sock.recv(1_000_000):
                received += len(part)
        except ConnectionResetError:
            pass
    assert received < 16_000_000


def test_a_client_that_reads_gets_everything(site):
    with site.client() as client:
        client.send(LARGE)
        size = len(client.answer().body)
        assert size == 16_000_000


def test_one_word_chooses_the_server(site):
    with site.client() as client:
        told = json.loads(client.ask("GET", "/modules").body)
    is_green = site.server == "eventlet"
    assert told["eventlet"] is told["was_green_at_import"] is is_green
    assert (told["local"] == "eventlet.corolocal") is is_green
    assert told["psycopg"] is False
    assert "deprecated" not in site.log
    assert "Listening on 127.0.0.1" in site.log
