"""API processes on PostgreSQL: bursts wait for connections, and a hanging database is a 503."""

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.db.silence import Proxy

TOKEN = {"X-Auth-Token": "fred:demo:member,reader"}
TIMEOUT = 120.0
PASTE = """
[pipeline:main]
pipeline = request_id faults auth api
[app:api]
use = egg:computeapi#{front_end}
[filter:request_id]
use = egg:computeapi#request_id
[filter:faults]
use = egg:computeapi#faults
[filter:auth]
use = egg:computeapi#noauth
[server:main]
use = egg:computeapi#eventlet
"""
OPTIONS = """
[DEFAULT]
state_path = {folder}
[images]
backend = folder
[api]
port = {port}
processes = 2
paste_config = api-paste.ini
[database]
connection = {url}
connect_timeout = 10
statement_timeout = 5
"""


class Service:
    """Two API processes on one port, which reach PostgreSQL through a proxy."""

    def __init__(self, folder: Path, front_end: str, url: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        (folder / "images").mkdir()
        (folder / "api-paste.ini").write_text(PASTE.format(front_end=front_end))
        self.config = folder / "computeapi.conf"
        self.config.write_text(OPTIONS.format(folder=folder, port=self.port, url=url))
        self.log = folder / "api.log"

    def command(self, program: str, *arguments: str) -> list[str]:
        module = f"computeapi.cmd.{program}"
        return [sys.executable, "-m", module, "--config-file", str(self.config), *arguments]

    def get(self, path: str) -> http.client.HTTPResponse:
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        ) as connection:
            connection.request("GET", path, headers=TOKEN)
            response = connection.getresponse()
            response.text = response.read()
            return response

    def await_start(self, process: subprocess.Popen) -> None:
        deadline = time.monotonic() + TIMEOUT
        while True:
            with contextlib.suppress(OSError):
                if self.get("/v2.1/flavors").status == 200:
                    return
            assert process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)


@pytest.fixture
def proxy(postgresql, postgresql_url):
    folder = sa.make_url(postgresql_url).query["host"]
    proxy = Proxy(f"{folder}/.s.PGSQL.5432")
    yield proxy
    proxy.close()


@pytest.fixture(params=["falcon", "pecan"])
def service(request, tmp_path, postgresql_url, proxy):
    database = sa.make_url(postgresql_url).database
    url = f"postgresql+psycopg://test@127.0.0.1:{proxy.port}/{database}"
    service = Service(tmp_path, request.param, url)
    subprocess.run(service.command("manage", "db", "sync"), check=True)
    with service.log.open("wb") as log:
        process = subprocess.Popen(service.command("api"), stdout=log, stderr=log)
    try:
        service.await_start(process)
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=TIMEOUT)


def test_a_burst_is_served_and_a_silent_database_is_a_503(service, proxy):
    """The server of the tests accepts 60 connections: two processes may not exhaust them."""
    with ThreadPoolExecutor(100) as threads:
        answers = list(threads.map(service.get, ["/v2.1/servers/detail"] * 200))
    refused = {(a.status, a.text) for a in answers if a.status != 200}
    assert not refused, service.log.read_text()
    proxy.fall_silent()
    answer = service.get("/v2.1/servers/detail")
    assert (answer.status, answer.getheader("Retry-After")) == (503, "5"), answer.text
    proxy.recover()
    deadline = time.monotonic() + TIMEOUT
    statuses = {503}
    while statuses != {200}:  # the other process may not have noticed anything yet
        assert time.monotonic() < deadline, service.log.read_text()
        with ThreadPoolExecutor(20) as threads:
            answers = threads.map(service.get, ["/v2.1/servers/detail"] * 40)
            statuses = {answer.status for answer in answers}
