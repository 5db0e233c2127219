"""Messaging over Unix sockets."""

import socket
import stat
import subprocess
import sys
import threading
import time

import pytest

from computeapi import conf as configuration
from computeapi import messaging
from computeapi.domain import errors
from tests import green_rpc_client

HOST = "host1"


@pytest.fixture(params=["short", "deep"])
def folder(request, tmp_path):
    """The folder of the sockets; a deep one does not fit into a socket's address."""
    return tmp_path / ("m" if request.param == "short" else "/".join(["deeper" * 8] * 4))


@pytest.fixture
def conf(folder):
    conf = configuration.load()
    conf.set_override("transport_url", f"unix://{folder}", "messaging")
    conf.set_override("call_timeout", 0.5, "messaging")
    return conf


@pytest.fixture
def client(conf):
    return messaging.rpc_client(conf)


@pytest.fixture
def start(conf):
    """Start listeners, and stop them after the test."""
    started = []

    def _start(host=HOST, on_wake=lambda: None, **methods):
        listener = messaging.listener(conf)
        listener.start(host, on_wake, methods)
        started.append(listener)
        return listener

    yield _start
    for listener in started:
        listener.stop()


def test_a_wake_up_arrives(client, start):
    woken = threading.Event()
    start(on_wake=woken.set)
    client.cast(HOST)
    assert woken.wait(5)


def test_a_question_is_answered(client, start):
    start(add=lambda a, b: a + b)
    assert client.call(HOST, "add", a=1, b=2) == 3


def test_arguments_may_be_called_host_and_method(client, start):
    start(echo=lambda **given: given)
    assert client.call(HOST, "echo", host="h", method="m") == {"host": "h", "method": "m"}


def test_a_long_answer_is_whole(client, start):
    start(console=lambda: "x" * 1_000_000)
    assert client.call(HOST, "console") == "x" * 1_000_000


def test_a_domain_error_comes_back(client, start):
    def refuse():
        raise errors.Conflict("Not now.")

    start(refuse=refuse)
    with pytest.raises(errors.Conflict, match=r"^Not now\.$"):
        client.call(HOST, "refuse")


def test_each_host_has_its_own_worker(client, start):
    start("a", who=lambda: "a")
    start("b" * 253, who=lambda: "b")
    assert [client.call(host, "who") for host in ("a", "b" * 253)] == ["a", "b"]


def test_an_absent_worker_is_unavailable(client):
    client.cast(HOST)
    with pytest.raises(errors.Unavailable) as caught:
        client.call(HOST, "add")
    assert caught.value.retry_after > 0
    assert HOST not in caught.value.message


def test_a_stopped_worker_is_unavailable(client, start, folder):
    start().stop()
    client.cast(HOST)
    with pytest.raises(errors.Unavailable):
        client.call(HOST, "add")
    assert list(folder.iterdir()) == []


def test_a_silent_worker_is_unavailable_at_the_deadline(client, start):
    release = threading.Event()
    start(hang=lambda: release.wait(10))
    begun = time.monotonic()
    with pytest.raises(errors.Unavailable):
        client.call(HOST, "hang")
    release.set()
    assert 0.4 < time.monotonic() - begun < 5


def test_a_slow_question_does_not_hold_up_others(client, start):
    release, woken = threading.Event(), threading.Event()
    start(on_wake=woken.set, hang=lambda: release.wait(10), quick=lambda: "quick")
    with pytest.raises(errors.Unavailable):
        client.call(HOST, "hang")
    client.cast(HOST)
    assert client.call(HOST, "quick") == "quick"
    assert woken.wait(5)
    release.set()


def test_a_failing_wake_up_does_not_end_the_listener(client, start, caplog):
    def fail():
        raise RuntimeError("cannot wake")

    start(on_wake=fail, quick=lambda: "quick")
    client.cast(HOST)
    assert client.call(HOST, "quick") == "quick"
    deadline = time.monotonic() + 5
    while "cannot wake" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "cannot wake" in caplog.text


def test_only_the_owner_may_connect(start, folder):
    start()
    (path,) = folder.iterdir()
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_dead_workers_socket_is_replaced(client, start, folder, monkeypatch):
    start(who=lambda: "first")
    (path,) = folder.iterdir()
    path.unlink()
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path.name)
    with pytest.raises(errors.Unavailable):
        client.call(HOST, "who")
    start(who=lambda: "second")
    assert client.call(HOST, "who") == "second"


def test_a_worker_that_stops_late_leaves_its_successors_socket(client, start):
    first = start(who=lambda: "first")
    start(who=lambda: "second")
    first.stop()
    assert client.call(HOST, "who") == "second"


def test_a_worker_that_dies_in_the_middle_is_unavailable(client, start, folder, monkeypatch):
    start()
    (path,) = folder.iterdir()
    path.unlink()
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)
        server.listen()

        def die():
            server.accept()[0].close()

        thread = threading.Thread(target=die)
        thread.start()
        with pytest.raises(errors.Unavailable):
            client.call(HOST, "add")
        thread.join()


def test_a_monkey_patched_caller_lets_others_run(folder, start):
    woken, release = threading.Event(), threading.Event()
    start(on_wake=woken.set, hang=lambda: release.wait(10), ready=lambda: True)
    green_rpc_client.check(f"unix://{folder}", HOST, 1.0)
    release.set()
    assert woken.is_set()


def test_an_unknown_scheme_is_refused_without_telling_the_password(conf):
    conf.set_override("transport_url", "smtp://user:secret@host", "messaging")
    with pytest.raises(ValueError, match="smtp") as caught:
        messaging.rpc_client(conf)
    assert "secret" not in str(caught.value)


def test_only_the_adapter_in_use_is_imported():
    script = "import sys; from computeapi import conf, messaging; messaging.rpc_client(conf.load())"
    script += "; print('oslo_messaging' in sys.modules, 'eventlet' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]
