"""Requests of guests on the user-mode network to 169.254.169.254: each is answered as its own."""

import os
import subprocess
import sys

import pytest

from computeapi.domain.servers import PowerState
from computeapi.metadata_api.loop import Loop
from computeapi.virt.libvirt import metadata_socket, namespaces

#: QEMU connects from the guest's namespace for the guest; prints the answer, or what went wrong.
ASK = """
import socket
try:
    with socket.create_connection(("169.254.169.254", 80), timeout=20) as line:
        line.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
        print(line.makefile().read().rpartition("\\n")[2])
except OSError as error:
    print(type(error).__name__)
"""


class Requests:
    """Answers each guest with the id of its server."""

    def __init__(self):
        self.loops = {}

    def serve(self, server_id, sock):
        self.end(server_id)

        def app(_environ, start_response):
            start_response("200 OK", [("Content-Length", str(len(server_id)))])
            return [server_id.encode()]

        self.loops[server_id] = Loop(app, sock, threads=1)

    def end(self, server_id):
        if server_id in self.loops:
            self.loops.pop(server_id).end()


@pytest.fixture
def requests(embed):
    if reason := namespaces.unavailable_reason(embed.state):
        pytest.skip(reason)
    made = Requests()
    embed.driver.answer(made)
    yield made
    embed.driver.answer(None)


@pytest.fixture
def spawn(embed, requests):
    made = []

    def spawn():
        made.append(embed.spec().server_id)
        embed.driver.spawn(embed.spec(server_id=made[-1]), lambda: None)
        return made[-1]

    yield spawn
    for server_id in made:
        embed.driver.destroy(server_id)
    assert requests.loops == {}


@pytest.fixture
def ask(qemu_pid):
    def ask(server_id):
        user = ["--user", "--preserve-credentials"] if os.getuid() else []
        enter = ["nsenter", f"--target={qemu_pid(server_id)}", *user, "--net"]
        program = [*enter, sys.executable, "-c", ASK]
        return subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    return ask


def test_each_guest_is_answered_as_the_guest_of_its_server(spawn, ask):
    one, other = spawn(), spawn()
    assert [ask(one), ask(other)] == [one, other]


def test_a_guest_is_answered_after_it_was_started_anew(embed, spawn, ask):
    server_id = spawn()
    embed.driver.reboot(server_id, True, 0, lambda: None)
    assert ask(server_id) == server_id
    # Nobody tells the driver that the guest ends.
    embed.kill(server_id)
    embed.driver.reboot(server_id, True, 0, lambda: None)
    assert ask(server_id) == server_id


def test_a_worker_that_starts_answers_the_guests_that_run(embed, requests, spawn, ask):
    server_id = spawn()
    requests.end(server_id)
    assert ask(server_id) == "ConnectionRefusedError"
    embed.driver.answer(requests)
    embed.driver._networks.mend([embed.domain(server_id)])
    assert ask(server_id) == server_id


def test_a_guest_that_cannot_be_answered_runs_without(embed, spawn, ask, caplog, monkeypatch):
    def refuse(_pid):
        raise OSError("no such program")

    monkeypatch.setattr(metadata_socket, "listen", refuse)
    server_id = spawn()
    assert f"Guest {server_id} has no metadata service: no such program" in caplog.text
    assert ask(server_id) == "ConnectionRefusedError"
    assert embed.driver.guest(server_id).power_state == PowerState.RUNNING
