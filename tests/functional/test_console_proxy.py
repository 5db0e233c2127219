"""The console proxy as a process, in front of the relay and the fake driver's consoles."""

import asyncio
import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from computeapi import conf as configuration
from computeapi import db as databases
from computeapi.domain.console_tokens import (
    ConsoleToken,
    ConsoleType,
    RelayAddress,
    access_path,
    hash_of,
    make_token,
)
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.worker.relay import Relay

HOST = "h1"
GUEST = "b7b64b4e-5b2a-43c6-a6b1-0d0c4b7e3b0c"
PATIENCE = 60
#: A lifetime of tokens that no test outlives.
LONG = 3600
CONFIG = """
[DEFAULT]
state_path = {folder}
host = {host}
[console]
port = {port}
base_url = http://127.0.0.1:{port}
novnc_path = {folder}/novnc
allowed_origins = dashboard.example
"""


class Site:
    """A proxy, a relay and a guest with consoles."""

    def __init__(self, folder):
        (folder / "novnc" / "core").mkdir(parents=True)
        (folder / "novnc" / "vnc_lite.html").write_text("<p>the page</p>")
        (folder / "novnc" / "core" / "rfb.js").write_text("// the script")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.file = folder / "computeapi.conf"
        self.file.write_text(CONFIG.format(folder=folder, host=HOST, port=self.port))
        self.log = folder / "console.log"
        self.conf = configuration.load([str(self.file)])
        databases.sync(self.conf)
        self.db = databases.connect(self.conf)
        self.driver = FakeDriver(self.conf)
        wanted = RelayAddress("127.0.0.1", 0)
        self.relay = Relay(self.db, self.driver, HOST, wanted, folder / "relay.port")
        self.relay.start()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        command = [sys.executable, "-m", "computeapi.cmd.console", "--config-file", self.file]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while True:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)

    def boot(self):
        self.driver.spawn(GuestSpec(GUEST, "instance-1", 1, 32, 1), lambda: None)

    def token(self, console_type=ConsoleType.SERIAL, ttl=LONG, **changes):
        """Keep a token; return it."""
        token = make_token()
        with self.db.write() as tx:
            row = ConsoleToken(
                hash_of(token), hash_of(access_path(token)), GUEST, console_type, HOST,
                self.relay.address.host, self.relay.address.port,
                tx.now() + timedelta(seconds=ttl),
            )  # fmt: skip
            tx.console_tokens.add(replace(row, **changes))
        return token

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0
        self.relay.stop()
        self.db.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("console"))
    yield made
    made.close()


@pytest.fixture
def site(running):
    """The site, with a guest that runs."""
    running.boot()
    yield running
    running.driver.control(fail=[])
    running.driver.destroy(GUEST)


def run(work):
    """Run a coroutine function on a session of a client."""

    async def in_session():
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            return await asyncio.wait_for(work(session), PATIENCE)

    return asyncio.run(in_session())


def refusal(site, path, **headers):
    """Return the status and the text with which a websocket is refused."""
    handshake = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", **headers,
    }  # fmt: skip

    async def ask(session):
        async with session.get(site.url + path, headers=handshake) as answer:
            return answer.status, "" if answer.status == 101 else await answer.text()

    return run(ask)


def test_a_serial_console_speaks_both_ways(site):
    token = site.token()

    async def talk(session):
        async with session.ws_connect(f"{site.url}/serial?token={token}") as console:
            await console.send_bytes(b"one ")
            await console.send_str("two \u20ac")
            said = b""
            while len(said) < 11:
                said += await console.receive_bytes()
            return said

    assert run(talk) == "one two \u20ac".encode()
    assert site.driver.console_output(GUEST).endswith(b"one two \xc3\xa2\xc2\x82\xc2\xac")


def test_a_screen_greets_and_the_subprotocol_is_agreed_on(site):
    token = site.token(ConsoleType.NOVNC)

    async def talk(session):
        url, protocols = f"{site.url}/vnc?token={token}", ("base64", "binary")
        async with session.ws_connect(url, protocols=protocols) as console:
            return console.protocol, await console.receive_bytes()

    assert run(talk) == ("binary", b"RFB 003.008\n")


def test_a_url_works_again_as_long_as_it_is_valid(site):
    token = site.token(ConsoleType.NOVNC)

    async def twice(session):
        url = f"{site.url}/vnc?token={token}"
        async with session.ws_connect(url) as one, session.ws_connect(url) as other:
            return [await each.receive_bytes() for each in (one, other)]

    assert run(twice) == [b"RFB 003.008\n"] * 2


def test_a_console_ends_with_its_guest(site):
    token = site.token()

    async def outlive(session):
        async with session.ws_connect(f"{site.url}/serial?token={token}") as console:
            await asyncio.to_thread(site.driver.destroy, GUEST)
            return (await console.receive()).type

    assert run(outlive) in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


@pytest.mark.parametrize("path", ["/vnc", "/serial"])
def test_without_a_token_that_is_valid_there_is_no_console(site, path):
    own = ConsoleType.NOVNC if path == "/vnc" else ConsoleType.SERIAL
    (other,) = set(ConsoleType) - {own}
    assert refusal(site, path)[0] == 400
    assert refusal(site, f"{path}?token=")[0] == 400
    for token in (
        make_token(),
        site.token(own, ttl=0),
        site.token(other),
        access_path(site.token(own)),
        "%00",
        "%ff",
        "x" * 4000,
    ):
        status, text = refusal(site, f"{path}?token={token}")
        assert status == 403
        assert "expired" in text
    assert refusal(site, f"{path}?token={site.token(own)}")[0] == 101


def test_a_token_dies_with_its_server(site):
    token = site.token()
    with site.db.write() as tx:
        tx.console_tokens.remove_of(GUEST)
    assert refusal(site, f"/serial?token={token}")[0] == 403


def test_pages_of_other_sites_open_nothing(site):
    url = f"/serial?token={site.token()}"
    assert refusal(site, url, Origin="http://evil.example")[0] == 403
    assert refusal(site, url, Origin="null")[0] == 403
    assert refusal(site, url, Origin=f"https://127.0.0.1:{site.port}")[0] == 403
    assert refusal(site, url, Origin=site.url)[0] == 101
    assert refusal(site, url, Origin="http://dashboard.example")[0] == 101


def test_a_server_that_is_off_or_gone_says_so(site):
    url = f"/serial?token={site.token()}"
    site.driver.kill(GUEST)
    status, text = refusal(site, url)
    assert (status, text) == (409, "The server is not running: start it first.")
    site.driver.lose(GUEST)
    assert refusal(site, url)[0] == 404
    site.driver.control(fail=["connect_console"])
    assert refusal(site, url)[0] == 503


def test_a_host_that_does_not_answer_is_told(site):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        token = site.token(relay_port=silent.getsockname()[1])
    status, text = refusal(site, f"/serial?token={token}")
    assert (status, text) == (503, "The host of the server does not answer.")


def test_a_plain_request_is_told_to_upgrade(site):
    async def ask(session):
        async with session.get(f"{site.url}/serial?token={site.token()}") as answer:
            return answer.status, answer.headers["Upgrade"]

    assert run(ask) == (426, "websocket")


def test_novnc_is_served_and_nothing_beside_it(site):
    async def ask(session):
        found = {}
        for path in (
            "/", "/vnc_lite.html?path=x", "/core/rfb.js", "/core", "/missing",
            "/../computeapi.conf", "/%2e%2e/computeapi.conf", "/core/..%2f..%2fcomputeapi.conf",
        ):  # fmt: skip
            async with session.get(aiohttp.client.URL(site.url + path, encoded=True)) as answer:
                found[path] = (answer.status, answer.content_type, await answer.text())
        return found

    found = run(ask)
    assert found["/"][0] == 200
    assert found["/vnc_lite.html?path=x"] == (200, "text/html", "<p>the page</p>")
    assert found["/core/rfb.js"][0] == 200
    assert "javascript" in found["/core/rfb.js"][1]
    for path, (status, _, text) in found.items():
        assert "state_path" not in text
        if path not in ("/", "/vnc_lite.html?path=x", "/core/rfb.js"):
            assert status in (403, 404), path


def test_the_log_tells_of_consoles_and_not_of_tokens(site):
    token = site.token()
    assert refusal(site, f"/serial?token={token}")[0] == 101
    deadline = time.monotonic() + PATIENCE
    while f"Closed console serial of instance {GUEST}" not in (log := site.log.read_text()):
        assert time.monotonic() < deadline, log
        time.sleep(0.05)
    assert token not in log
    assert access_path(token) not in log
    assert not re.search(r"token=", log)


def test_a_proxy_that_stops_closes_its_consoles(site):
    token = site.token()

    async def outlive(session):
        async with session.ws_connect(f"{site.url}/serial?token={token}") as console:
            site.process.send_signal(signal.SIGTERM)
            return (await console.receive()).type

    assert run(outlive) in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert site.process.wait(PATIENCE) == 0
    site.start()


def test_a_port_that_is_taken_is_told_in_a_sentence(site):
    command = [sys.executable, "-m", "computeapi.cmd.console", "--config-file", site.file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert len(done.stderr.splitlines()) == 1
