"""How ``computeapi ssh`` finds a server, and waits for it."""

import contextlib
import json
import os
import socket
import threading
from types import SimpleNamespace

import pytest

from computeapi.cmd import cloud as program
from computeapi.ports import cloud_namespace
from computeapi.standalone import servers, ssh
from computeapi.standalone.errors import CloudError
from computeapi.standalone.state import StateFolder

GREETING = b"SSH-2.0-dropbear\r\n"


class Guest:
    """A port that leads to a guest which boots: what happens to one connection after another.

    :param connections: what each connection reads, before it is closed; the last one is of all
        further connections, too.
    """

    def __init__(self, *connections):
        self._connections = list(connections)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.taken = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                connection, _ = self._listener.accept()
                index = min(self.taken, len(self._connections) - 1)
                self.taken += 1
                connection.sendall(self._connections[index])
                connection.close()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def guest(monkeypatch):
    monkeypatch.setattr(ssh, "PAUSE", 0.01)
    with contextlib.ExitStack() as closing:

        def boot(*connections):
            made = Guest(*connections)
            closing.callback(made.close)
            return made

        yield boot


@pytest.fixture
def state(tmp_path, monkeypatch, guest):
    """A cloud with a server "demo" that is up."""
    folder = StateFolder(tmp_path / "cloud")
    folder.create()
    known = SimpleNamespace(id="1-2-3", name="demo", ssh_port=guest(GREETING).port, key_name="demo")
    monkeypatch.setattr(servers, "listed", lambda _: [known])
    monkeypatch.setattr(servers, "system", lambda _, server_id: server_id)
    folder.demo = known
    return folder


def test_ssh_goes_to_the_servers_port(state):
    made = ssh.command(state, "demo", ["-i", "key", "uptime"], print)
    assert made[0] == "ssh"
    assert made[-4:] == ["root@127.0.0.1", "-i", "key", "uptime"]
    options = {
        f"Port={state.demo.ssh_port}",
        "HostKeyAlias=1-2-3",
        f"UserKnownHostsFile={state.known_hosts}",
    }
    assert options <= {*made}
    assert ssh.command(state, "debian@demo", [], print)[-1] == "debian@127.0.0.1"


def test_an_ordinary_user_reaches_floating_ips_in_the_namespace_of_the_cloud(state, monkeypatch):
    monkeypatch.setattr(servers, "address_of", lambda server: ("192.0.2.5", 22))
    monkeypatch.setattr(ssh.os, "geteuid", lambda: 1000)
    with pytest.raises(CloudError, match="no network namespace"):
        ssh.command(state, "demo", [], print)
    file = state.path / "network" / "namespace.json"
    file.parent.mkdir()
    start = cloud_namespace.start_time(os.getpid())
    file.write_text(json.dumps({"pid": os.getpid(), "start": start, "user": True}))
    made = ssh.command(state, "demo", [], print)
    assert made[:3] == ["nsenter", "-t", str(os.getpid())]
    assert made[made.index("-n") + 1] == "ssh"
    assert made[-1] == "root@192.0.2.5"


@pytest.mark.parametrize(
    ("history", "name"),
    [
        ([], "s"),
        ([("reboot", "done"), ("create", "done")], "s"),
        ([("rebuild", "done"), ("create", "done")], "s-2"),
        ([("stop", "done"), ("rebuild", "done"), ("rebuild", "done")], "s-2"),
        ([("rescue", "done"), ("rebuild", "done"), ("create", "done")], "s-3"),
        ([("unrescue", "failed"), ("rescue", "done"), ("create", "done")], "s-2"),
        ([("unrescue", "done"), ("rescue", "done"), ("create", "done")], "s"),
        ([("unrescue", "done"), ("rescue", "done"), ("rebuild", "done")], "s-1"),
        ([("rebuild", "failed"), ("rebuild", "running"), ("rebuild", "done")], "s-1"),
    ],
)
def test_a_rebuilt_server_has_keys_of_its_own(history, name):
    operations = [
        SimpleNamespace(id=len(history) - index, action=action, state=state)
        for index, (action, state) in enumerate(history)
    ]
    assert servers.system_of("s", operations) == name


def test_ssh_takes_the_key_of_the_servers_keypair(state):
    option = f"IdentityFile={state.keys}/demo"
    assert option not in ssh.command(state, "demo", [], print)
    key = state.keys / "demo"
    key.write_text("key")
    key.chmod(0o644)
    assert option in ssh.command(state, "demo", [], print)
    assert key.stat().st_mode & 0o777 == 0o600, "else ssh would not use it"


def test_a_server_that_greets_is_not_waited_for(guest):
    told = []
    ssh.wait_for_server("demo", guest(GREETING).port, told.append)
    assert told == []


def test_lines_before_the_greeting_are_allowed(guest):
    ssh.wait_for_server("demo", guest(b"Welcome\r\n" + GREETING).port, pytest.fail)


def test_a_server_that_boots_is_waited_for_and_the_user_told_once(guest):
    told = []
    booting = guest(b"", b"", b"", GREETING)
    ssh.wait_for_server("demo", booting.port, told.append)
    assert booting.taken == 4
    assert told == ["Waiting until the ssh server of demo answers (at most 180 s) ..."]


def test_a_port_that_leads_nowhere_yet_is_waited_for(monkeypatch):
    monkeypatch.setattr(ssh, "PAUSE", 0.01)
    with socket.socket() as later:
        later.bind(("127.0.0.1", 0))
        port = later.getsockname()[1]
        told = []

        def say(sentence):
            told.append(sentence)
            later.listen()
            threading.Thread(target=answer, args=(later,), daemon=True).start()

        ssh.wait_for_server("demo", port, say)
    assert len(told) == 1


def answer(listener):
    connection, _ = listener.accept()
    connection.sendall(GREETING)
    connection.close()


@pytest.mark.parametrize(
    ("connection", "reason"),
    [(b"", "closes connections"), (b"x" * ssh.LONGEST_GREETING, "something else")],
)
def test_patience_ends_with_a_sentence(guest, monkeypatch, connection, reason):
    monkeypatch.setattr(ssh, "ANSWER_TIMEOUT", 0.05)
    with pytest.raises(CloudError, match=f"demo did not answer within 0.05 s .*{reason}"):
        ssh.wait_for_server("demo", guest(connection).port, lambda _: None)


def test_the_command_tells_the_user_on_standard_error(state, guest, monkeypatch, capsys):
    state.demo.ssh_port = guest(b"", GREETING).port
    ran = []
    monkeypatch.setattr("os.execvp", lambda _name, command: ran.append(command))
    program.main(["ssh", "--state-dir", str(state.path), "demo", "uptime"])
    assert ran[0][-2:] == ["root@127.0.0.1", "uptime"]
    told = capsys.readouterr()
    assert "Waiting until the ssh server of demo answers" in told.err
    assert told.out == ""


def test_a_server_with_ports_of_neutron_is_reached_by_its_floating_ip():
    fixed, floating = (
        {"addr": "10.0.0.5", "type": "fixed"},
        {"addr": "192.0.2.5", "type": "floating"},
    )
    server = SimpleNamespace(name="demo", ssh_port=None, interfaces=[{}], addresses={"n": [fixed]})
    with pytest.raises(CloudError, match="give it one"):
        servers.address_of(server)
    server.addresses = {"n": [fixed, floating]}
    assert servers.address_of(server) == ("192.0.2.5", 22)
    server.ssh_port = 2222
    assert servers.address_of(server) == ("127.0.0.1", 2222)
