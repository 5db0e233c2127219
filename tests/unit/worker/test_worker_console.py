"""The consoles of a host: the questions of the API, and the relay."""

import contextlib
import socket
import time
from datetime import timedelta

import pytest

from computeapi import conf as conf_module
from computeapi.domain.console_tokens import (
    ConsoleToken,
    ConsoleType,
    RelayAddress,
    access_path,
    hash_of,
    make_token,
)
from computeapi.domain.errors import Conflict, Error, Invalid, NotFound, Unavailable
from computeapi.virt.driver import NOT_RUNNING, DriverError, GuestNotFound, GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.worker.relay import Relay
from computeapi.worker.servers.console import Console
from tests.unit.worker.conftest import HOST, NOW

ADDRESS = RelayAddress("192.0.2.1", 42)
ANY_PORT = RelayAddress("127.0.0.1", 0)


def test_console_output(driver):
    console = Console(driver, lambda: ADDRESS)
    assert console.questions["console_output"](server_id="s1") == "ok \ufffd"
    driver.errors["console_output"] = GuestNotFound("s1")
    with pytest.raises(NotFound):
        console.console_output("s1")
    driver.errors["console_output"] = DriverError("/secret is unreadable")
    with pytest.raises(Error) as caught:
        console.console_output("s1")
    assert caught.value.message == "The console of instance s1 cannot be read."


def test_the_address_of_a_console(driver):
    console = Console(driver, lambda: ADDRESS)
    ask = console.questions["console_address"]
    assert ask(server_id="s1", console_type="novnc") == {"host": "192.0.2.1", "port": 42}
    with pytest.raises(Invalid, match="no console of type serial"):
        ask(server_id="s1", console_type="serial")
    for error, told in (
        (GuestNotFound("s1"), NotFound),
        (DriverError("guest s1 is off", NOT_RUNNING), Conflict),
        (DriverError("/secret"), Error),
    ):
        driver.errors["console_types"] = error
        with pytest.raises(told) as caught:
            ask(server_id="s1", console_type="novnc")
        assert "/secret" not in caught.value.message


@pytest.fixture
def fake(tmp_path):
    conf = conf_module.load()
    conf.set_override("state_path", str(tmp_path))
    return FakeDriver(conf)


@pytest.fixture
def guest(fake):
    """The id of a guest that runs."""
    spec = GuestSpec("b7b64b4e-5b2a-43c6-a6b1-0d0c4b7e3b0c", "instance-1", 1, 32, 1)
    fake.spawn(spec, lambda: None)
    return spec.server_id


@pytest.fixture
def make_relay(db, fake, tmp_path):
    with contextlib.ExitStack() as stack:

        def make(wanted=ANY_PORT):
            relay = Relay(db, fake, HOST, wanted, tmp_path / "relay.port")
            stack.callback(relay.stop)
            relay.start()
            return relay

        yield make


@pytest.fixture
def relay(make_relay):
    return make_relay()


@pytest.fixture
def token_for(db, guest):
    """Keep a token for the guest; return its access path."""

    def make(console_type=ConsoleType.SERIAL, host=HOST, seconds=1, server_id=guest):
        token = make_token()
        row = ConsoleToken(
            hash_of(token), hash_of(access_path(token)), server_id, console_type, host,
            "127.0.0.1", 1, NOW + timedelta(seconds=seconds),
        )  # fmt: skip
        with db.write() as tx:
            tx.console_tokens.add(row)
        return access_path(token)

    return make


@pytest.fixture
def ask(relay):
    """Send a request to the relay; return its status and the connection."""
    with contextlib.ExitStack() as stack:

        def send(request):
            where = (relay.address.host, relay.address.port)
            client = stack.enter_context(socket.create_connection(where, timeout=20))
            client.sendall(request)
            answer = b""
            while not answer.endswith(b"\r\n\r\n") and (part := client.recv(1)):
                answer += part
            return int(answer.split()[1]), client

        yield send


def connect(path):
    return f"CONNECT {path} HTTP/1.1\r\n\r\n".encode()


def is_closed(client):
    try:
        return client.recv(100) == b""
    except ConnectionResetError:
        return True


def test_a_token_opens_its_console_as_often_as_it_is_valid(ask, token_for):
    path = token_for()
    for _ in range(2):
        status, client = ask(connect(path) + b"early")
        assert status == 200
        assert client.recv(5) == b"early"
        client.sendall(b"late")
        assert client.recv(4) == b"late"


def test_a_screen_greets(ask, token_for):
    _, client = ask(connect(token_for(ConsoleType.NOVNC)))
    assert client.recv(12) == b"RFB 003.008\n"


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0" * 5000,
        b"CONNECT  HTTP/1.1\r\n\r\n",
        b"RFB 003.008\n\r\n\r\n",
    ],
    ids=["get", "long", "no path", "rfb"],
)
def test_another_request_is_a_bad_one(ask, request_):
    assert ask(request_)[0] == 400


def test_a_wrong_path_opens_nothing(ask, token_for):
    path = token_for()
    other = token_for(host="another host")
    expired = token_for(seconds=0)
    for each in (path[:-1], path.upper() + "x", other, expired, "/", "\xff", "%s"):
        status, client = ask(connect(each))
        assert status == 403
        assert is_closed(client)


def test_a_guest_that_is_off_or_gone_says_so(ask, token_for, fake, guest):
    path = token_for()
    fake.kill(guest)
    assert ask(connect(path))[0] == 409
    fake.lose(guest)
    assert ask(connect(path))[0] == 404
    assert ask(connect(token_for(server_id="another")))[0] == 404
    fake.control(fail=["connect_console"])
    assert ask(connect(path))[0] == 502


def test_the_newest_client_of_a_serial_line_wins(ask, token_for):
    path = token_for()
    _, former = ask(connect(path))
    _, newest = ask(connect(path))
    assert is_closed(former)
    newest.sendall(b"x")
    assert newest.recv(1) == b"x"


def test_several_clients_watch_a_screen(ask, token_for):
    path = token_for(ConsoleType.NOVNC)
    clients = [ask(connect(path))[1] for _ in range(2)]
    assert [client.recv(12) for client in clients] == [b"RFB 003.008\n"] * 2


def test_a_connection_ends_with_its_guest(ask, token_for, fake, guest):
    _, client = ask(connect(token_for()))
    fake.destroy(guest)
    assert is_closed(client)


def test_places_are_limited_and_given_back(ask, token_for, relay, monkeypatch):
    monkeypatch.setattr(relay._server, "places", type(relay._server.places)(1))
    path = token_for(ConsoleType.NOVNC)
    _, first = ask(connect(path))
    assert ask(connect(path))[0] == 503
    first.close()
    deadline = time.monotonic() + 20
    while ask(connect(path))[0] != 200:
        assert time.monotonic() < deadline


def test_a_silent_database_is_no_wrong_token(ask, token_for, relay, monkeypatch):
    path = token_for()

    def silent():
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(relay._db, "read", silent)
    assert ask(connect(path))[0] == 503


def test_a_relay_keeps_its_port(make_relay):
    first = make_relay()
    port = first.address.port
    first.stop()
    with pytest.raises(Unavailable):
        _ = first.address
    assert make_relay().address.port == port
    # It is taken now; a start is worth more than old tokens.
    assert make_relay().address.port != port


def test_a_port_that_was_asked_for_is_had_or_refused(make_relay):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        make_relay(RelayAddress("127.0.0.1", taken.getsockname()[1]))


def test_a_relay_that_stops_closes_its_connections(ask, token_for, relay):
    _, client = ask(connect(token_for()))
    relay.stop()
    assert is_closed(client)
