"""``computeapi up``, with what it brings up: a real Keystone, Glance, client and, where it can
be had, a real QEMU.
"""

import os
import signal

import pytest

from tests.functional.clouds import TIMEOUT, eventually, processes_of, temporary_cloud

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")


@pytest.fixture(scope="module")
def cloud():
    with temporary_cloud() as made:
        yield made


def test_server_lives_and_leaves_nothing(cloud):
    # The shared cloud has Falcon and eventlet.
    cloud.up("pecan", "--server", "threads")
    assert "threads_server [-] Listening" in (cloud.path / "log" / "api.log").read_text()
    name = "demo-pecan"
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
    cloud.up("pecan")
    server = cloud.create("kept")
    running = processes_of(server)
    if cloud.is_real:
        cloud.ssh("kept", "echo still here > /root/file; sync")
    cloud.stop()
    assert processes_of(server) == running
    cloud.up("falcon")
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
