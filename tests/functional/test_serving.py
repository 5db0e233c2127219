"""The API as processes: eventlet, several on one socket, any WSGI server, both front ends."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

TOKEN = "fred:demo:member,reader"
PASTE = """
[DEFAULT]
front_end = {front_end}
[pipeline:main]
pipeline = request_id methods faults size_limit auth paths api
[app:api]
use = egg:computeapi#%(front_end)s
[filter:request_id]
use = egg:computeapi#request_id
[filter:methods]
use = egg:computeapi#methods
[filter:faults]
use = egg:computeapi#faults
[filter:size_limit]
use = egg:computeapi#size_limit
[filter:auth]
use = egg:computeapi#noauth
[filter:paths]
use = egg:computeapi#paths
[server:main]
use = egg:computeapi#eventlet
[pipeline:migrating]
pipeline = request_id methods faults size_limit auth paths by_resource
[composite:by_resource]
use = egg:computeapi#by_path
/ = pecan
/v2.1/flavors = falcon
[composite:both]
use = egg:Paste#urlmap
/falcon = on_falcon
/pecan = on_pecan
[pipeline:on_falcon]
pipeline = request_id methods faults size_limit auth paths falcon
[pipeline:on_pecan]
pipeline = request_id methods faults size_limit auth paths pecan
[app:falcon]
use = egg:computeapi#falcon
[app:pecan]
use = egg:computeapi#pecan
"""


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@pytest.fixture
def config_file(tmp_path, port):
    """Return a function that writes the configuration and makes the database."""

    def write(front_end="falcon", processes=1):
        (tmp_path / "images").mkdir(exist_ok=True)
        (tmp_path / "api-paste.ini").write_text(PASTE.format(front_end=front_end))
        path = tmp_path / "computeapi.conf"
        path.write_text(
            f"[DEFAULT]\nstate_path = {tmp_path}\n[images]\nbackend = folder\n"
            f"[api]\nport = {port}\nprocesses = {processes}\npaste_config = api-paste.ini\n"
        )
        subprocess.run(
            [sys.executable, "-m", "computeapi.cmd.manage", "--config-file", path, "db", "sync"],
            check=True,
        )
        return path

    return write


@contextlib.contextmanager
def serving(command, port, **environ):
    """Run a server until the block ends; it must end well when told to."""
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, command)],
        env={**os.environ, **environ},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            _, log = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode in (0, -signal.SIGTERM), log


def get(port, path, token=TOKEN):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if token:
        request.add_header("X-Auth-Token", token)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def raw(port, request):
    """Send bytes and return all that is answered till the connection ends."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def children(process):
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(pid) for pid in file.read().split()]


@pytest.mark.parametrize("front_end", ["falcon", "pecan"])
def test_eventlet_serves_it(front_end, config_file, port):
    path = config_file(front_end)
    with serving(["computeapi.cmd.api", "--config-file", path], port):
        assert [v["id"] for v in get(port, "/", token=None)["versions"]] == ["v2.0", "v2.1"]
        assert get(port, "/v2.1/servers") == {"servers": []}
        links = get(port, "/v2.1/flavors/1")["flavor"]["links"]
        assert links[0]["href"] == f"http://127.0.0.1:{port}/v2.1/flavors/1"
        with pytest.raises(urllib.error.HTTPError) as refused:
            get(port, "/v2.1/servers", token=None)
        assert refused.value.code == 401
        # Proxies check the health of a service so.
        assert raw(port, b"OPTIONS / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")
        head, _, body = raw(port, b"HEAD / HTTP/1.0\r\n\r\n").partition(b"\r\n\r\n")
        assert (head.split(maxsplit=2)[1], body) == (b"200", b"")
        # A body after the answer to HEAD would be taken for the answer to the next request.
        get_limits = f"GET /v2/demo/limits HTTP/1.1\r\nHost: h\r\nX-Auth-Token: {TOKEN}\r\n"
        both = f"HEAD{get_limits[3:]}\r\n{get_limits}Connection: close\r\n\r\n".encode()
        answers = raw(port, both)
        assert answers.count(b"HTTP/1.1 200 ") == 2
        assert answers.count(b'{"limits":') == 1


def test_a_process_that_dies_is_started_again(config_file, port):
    path = config_file(processes=2)
    with serving(["computeapi.cmd.api", "--config-file", path], port) as parent:
        assert get(port, "/v2.1/flavors/1")["flavor"]["name"] == "m1.tiny"
        before = children(parent)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        deadline = time.monotonic() + 20
        while len(set(children(parent)) - {before[0]}) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(set(children(parent)) - {before[0]}) == 2
        for _ in range(10):
            assert get(port, "/v2.1/servers") == {"servers": []}


def test_both_front_ends_in_one_process(config_file, port):
    path = config_file()
    with serving(["computeapi.cmd.api", "--config-file", path, "--app", "both"], port):
        for prefix in ("falcon", "pecan"):
            flavor = get(port, f"/{prefix}/v2.1/flavors/1")["flavor"]
            assert flavor["links"][0]["href"] == (
                f"http://127.0.0.1:{port}/{prefix}/v2.1/flavors/1"
            )


def test_both_front_ends_in_one_process_by_resource(config_file, port):
    path = config_file()
    with serving(["computeapi.cmd.api", "--config-file", path, "--app", "migrating"], port):
        assert get(port, "/v2.1/servers/detail") == {"servers": []}
        flavor = get(port, "/v2.1/flavors/1")["flavor"]
    assert flavor["links"][0]["href"] == f"http://127.0.0.1:{port}/v2.1/flavors/1"


def test_any_wsgi_server_serves_it(config_file, port):
    path = config_file()
    command = ["waitress", f"--listen=127.0.0.1:{port}", "computeapi.cmd.wsgi:application"]
    with serving(command, port, COMPUTEAPI_CONFIG_FILE=str(path)):
        assert get(port, "/v2.1/servers/detail") == {"servers": []}


def test_a_port_in_use_is_one_sentence(config_file, port):
    path = config_file()
    with socket.create_server(("127.0.0.1", port)):
        done = subprocess.run(
            [sys.executable, "-m", "computeapi.cmd.api", "--config-file", path],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        f"computeapi-api: cannot listen on 127.0.0.1:{port}"
    )
