"""``computeapi up``, with what it brings up: a real Keystone, Glance, client and, where it can
be had, a real QEMU.
"""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from testing.processes import unmeasured
from tests.functional.clouds import BIN, TIMEOUT, eventually, processes_of, temporary_cloud

ROOT = Path(__file__).parents[2]

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")


@pytest.fixture(scope="module")
def cloud():
    with temporary_cloud() as made:
        yield made


def readme_commands():
    """Return the commands that the README has for the second shell."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return [line.removeprefix("$ ") for line in blocks[1].splitlines()]


def test_readme_is_right_word_by_word(cloud):
    # This comes first: it makes the keypair that the other tests log in with.
    cloud.up("falcon")
    commands = readme_commands()
    assert [command.split()[0] for command in commands].count("openstack") >= 4
    if not cloud.is_real:
        commands = [c for c in commands if not re.match("computeapi ssh|openstack console", c)]
    done = subprocess.run(
        ["bash", "-ec", "\n".join(commands)],
        env=unmeasured() | {"HOME": str(cloud.path.parent), "PATH": f"{BIN}:{os.environ['PATH']}"},
        cwd=ROOT,
        input="hostname; exit\n",
        capture_output=True,
        text=True,
        timeout=3 * TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if cloud.is_real:
        logged_in, console = done.stdout.index("\ndemo\n"), done.stdout.index("Linux version")
        assert logged_in < console, "ssh waits for the guest, so that its console has everything"
        assert "computeapi-test: hostname demo" in done.stdout


@pytest.mark.parametrize(
    ("front_end", "server_word"), [("falcon", "eventlet"), ("pecan", "threads")]
)
def test_server_lives_and_leaves_nothing(cloud, front_end, server_word):
    cloud.up(front_end, "--server", server_word)
    assert f"{server_word}_server [-] Listening" in (cloud.path / "log" / "api.log").read_text()
    name = f"demo-{front_end}"
    server = cloud.create(name)
    assert cloud.status(server) == "ACTIVE"
    if cloud.is_real:
        assert processes_of(server)

        def log():
            text = cloud.console_log(server)
            return text if f"hostname {name}" in text else None

        assert "Linux version" in eventually("the hostname on the console", log)
        assert cloud.ssh(name, "hostname; id -u") == f"{name}\n0"
    cloud.openstack("server", "delete", "--wait", name)
    assert not processes_of(server)
    assert not list(cloud.path.rglob(f"*{server}*"))


def test_servers_outlive_the_services(cloud):
    cloud.up("falcon")
    server = cloud.create("kept")
    running = processes_of(server)
    if cloud.is_real:
        cloud.ssh("kept", "echo still here > /root/file; sync")
    cloud.stop()
    assert processes_of(server) == running
    cloud.up("pecan")
    assert "kept" in cloud.said(), "up lists the servers that it found"
    assert cloud.status(server) == "ACTIVE"
    if cloud.is_real:
        assert cloud.ssh("kept", "cat /root/file") == "still here"
    # And down takes them along.
    cloud.command("down")
    assert cloud.process.wait(TIMEOUT) == 0
    cloud.process = cloud.front_end = None
    assert not processes_of(server)
    status = cloud.command("status", check=False)
    assert status.returncode == 3
    assert server in status.stdout
    assert "stopped" in status.stdout
    assert "active" not in status.stdout
    cloud.up("falcon")
    eventually("SHUTOFF", lambda: cloud.status(server) == "SHUTOFF")
    cloud.compute.start_server(server)
    eventually("ACTIVE", lambda: cloud.status(server) == "ACTIVE")
    if cloud.is_real:
        assert cloud.ssh("kept", "cat /root/file") == "still here"
    cloud.compute.delete_server(server)
    eventually("its end", lambda: not list(cloud.compute.servers()))


def test_what_is_up_is_not_brought_up_again(cloud):
    cloud.up("falcon")
    refused = cloud.command("up", check=False)
    assert refused.returncode == 1
    assert "is already up" in refused.stderr
    assert cloud.command("status").returncode == 0


def test_crashed_service_is_started_again(cloud):
    cloud.up("falcon")
    (keystone,) = processes_of("computeapi.standalone.keystone\0" + str(cloud.path))
    os.kill(keystone, signal.SIGKILL)
    eventually("the restart", lambda: "keystone ended with -9; it is started" in cloud.said())
    eventually("keystone", lambda: cloud.command("status", check=False).returncode == 0)
    assert "m1.nano" in cloud.openstack("flavor", "list")


def test_nothing_is_readable_by_others(cloud):
    cloud.up("falcon")
    folder = cloud.path.stat().st_mode
    assert folder & 0o077 == 0
    secrets = [cloud.path / "cloud.json", cloud.path / "clouds.yaml"]
    for path in [*secrets, *(cloud.path / "etc").iterdir(), *(cloud.path / "log").iterdir()]:
        assert path.stat().st_mode & 0o077 == 0, path
