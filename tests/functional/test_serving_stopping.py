"""Starting and stopping the API, in one process and in several, with each server."""

import contextlib
import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.functional import api_process
from tests.functional.api_process import (
    DEADLINE,
    SERVERS,
    Site,
    answers,
    new_server,
    request,
    wait_for,
)

OPTIONS = """
grace_timeout = {grace}
[app:waiting]
paste.app_factory = tests.functional.own_apps:wait_for_file
file = {folder}/go
[app:loading]
paste.app_factory = tests.functional.own_apps:load_with_file
file = {folder}/go
"""
FLAVOR = request("GET", "/v2.1/flavors/1")


@pytest.fixture(params=SERVERS)
def site(request, tmp_path):
    options = OPTIONS.format(folder=tmp_path, grace=60)
    return Site(tmp_path, api_process.free_port(), server=request.param, options=options)


@pytest.fixture
def any_site(tmp_path):
    """A site whose server does not matter."""
    return Site(tmp_path, api_process.free_port(), server="threads")


@pytest.fixture(params=[1, 2], ids=["one process", "two processes"])
def processes(request):
    return request.param


def children(process):
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(pid) for pid in file.read().split()]


def is_alive(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
    return False


def run(site, app="main"):
    """Run ``computeapi-api`` where it does not start; return what it said."""
    command = [sys.executable, "-m", "computeapi.cmd.api", "--config-file", site.config_file]
    done = subprocess.run(
        [*command, "--app", app], capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    assert done.returncode == 1
    return done.stderr


def test_nothing_is_accepted_before_the_application_is_loaded(site, processes, tmp_path):
    site.processes = processes
    command = ["-m", "computeapi.cmd.api", "--config-file", site.write().config_file]
    with site.running([*command, "--app", "loading"], ready=False):
        wait_for((tmp_path / "go.began").exists)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", site.port), DEADLINE)
        (tmp_path / "go").touch()
        wait_for(lambda: answers(site.port))
        with site.client() as client:
            assert client.ask("GET", "/").status == 200


def test_requests_under_way_end_and_new_connections_are_refused(site, processes, tmp_path):
    site.processes = processes
    with site.write().api("waiting") as process, site.client() as client:
        client.send(FLAVOR)
        wait_for((tmp_path / "go.began").exists)
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: not answers(site.port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", site.port), DEADLINE)
        (tmp_path / "go").touch()
        answer = client.answer()
        assert (answer.status, answer.body) == (200, b"done")
        assert answer.headers["connection"] == "close"
        assert client.rest() == b""
        assert process.wait(DEADLINE) == 0


def test_a_request_that_is_arriving_is_answered(site):
    body = new_server()
    sent = request("POST", "/v2.1/servers", body)
    with site.write().api() as process, site.client() as idle, site.client() as client:
        assert idle.ask("GET", "/v2.1/flavors/1").status == 200
        client.send(FLAVOR)
        assert client.answer().status == 200
        client.send(sent[:-10])
        with site.client() as probe:  # answered later than the above was read
            assert probe.ask("GET", "/v2.1/flavors/1").status == 200
        process.send_signal(signal.SIGTERM)
        assert idle.rest() == b""
        client.send(sent[-10:])
        answer = client.answer()
        assert (answer.status, answer.headers["connection"]) == (202, "close")
        assert client.rest() == b""
        assert process.wait(DEADLINE) == 0


def test_the_wait_for_requests_under_way_has_an_end(site, processes, tmp_path):
    site.options = OPTIONS.format(folder=tmp_path, grace=1)
    site.processes = processes
    command = ["-m", "computeapi.cmd.api", "--config-file", site.write().config_file]
    with (
        contextlib.suppress(AssertionError),
        site.running([*command, "--app", "waiting"]) as process,
        site.client() as client,
    ):
        client.send(FLAVOR)
        wait_for((tmp_path / "go.began").exists)
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(ConnectionResetError):
            assert client.rest() == b""
        process.wait(DEADLINE)
    assert "1 connections did not end in time" in site.log


def test_a_process_that_dies_is_started_again(site):
    site.processes = 2
    with site.write().api() as parent:
        before = wait_for(lambda: len(children(parent)) == 2 and children(parent))
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda: len(set(children(parent)) - {before[0]}) == 2)
        for _ in range(10):
            with site.client() as client:
                assert client.ask("GET", "/v2.1/servers").json() == {"servers": []}
    assert f"Process {before[0]} ended with signal 9: another one starts" in site.log


def test_processes_end_with_their_parent(site):
    site.processes = 2
    command = ["-m", "computeapi.cmd.api", "--config-file", site.write().config_file]
    with contextlib.suppress(AssertionError), site.running(command) as parent:
        orphans = wait_for(lambda: len(children(parent)) == 2 and children(parent))
        parent.kill()
        parent.wait(DEADLINE)
        wait_for(lambda: not any(map(is_alive, orphans)))
    with site.api(), site.client() as client:
        assert client.ask("GET", "/v2.1/flavors/1").status == 200


def test_a_missing_paste_file_is_one_sentence(any_site, processes):
    any_site.processes = processes
    any_site.write()
    (any_site.folder / "api-paste.ini").unlink()
    [sentence] = run(any_site).splitlines()
    assert sentence.startswith(
        f"computeapi-api: cannot load the API from {any_site.folder}/api-paste"
    )


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("front_end = falcon", "front_end = flask", "flask"),
        ("egg:computeapi#{server}", "egg:computeapi#twisted", "twisted"),
        ("{options}", "header_timeout = soon", "header_timeout must be a positive number"),
        ("{options}", "idle_timeout = -1", "idle_timeout must be a positive number"),
        ("{options}", "worker_threads = 3", "unknown option: worker_threads"),
        ("[server:main]", "[server:other]", "main"),
        ("pipeline = {filters}", "pipeline = request_ids", "request_ids"),
    ],
    ids=lambda value: value[:20],
)
def test_a_wrong_paste_file_is_one_sentence(text, wrong, said, any_site):
    any_site.processes = 2
    any_site.paste = any_site.paste.replace("{front_end}", "falcon").replace(text, wrong)
    [sentence] = run(any_site.write()).splitlines()
    assert sentence.startswith("computeapi-api: cannot load the API from ")
    assert said in sentence


def test_an_application_that_cannot_be_loaded_ends_the_service(any_site, processes):
    any_site.processes = processes
    any_site.options = "[app:broken]\npaste.app_factory = json:nowhere"
    *_, sentence = run(any_site.write(), "broken").splitlines()
    assert sentence.startswith("computeapi-api: cannot load the API from ")


def test_a_port_in_use_is_one_sentence(any_site):
    any_site.write()
    with socket.create_server(("127.0.0.1", any_site.port)):
        [sentence] = run(any_site).splitlines()
    assert sentence.startswith(f"computeapi-api: cannot listen on 127.0.0.1:{any_site.port}: ")


def test_a_missing_configuration_file_is_one_sentence(any_site):
    [sentence] = run(any_site).splitlines()
    assert sentence.startswith("computeapi-api: ")
    assert str(any_site.config_file) in sentence
