"""Real guests that are resized between two hosts, of which either worker is killed meanwhile."""

import os
import signal
import subprocess
import sys

import pytest

from computeapi import conf as configuration
from computeapi import db
from testing.processes import unmeasured
from tests.functional.clouds import eventually, processes_of

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")
NAME = "between"


class Host:
    """A host of the cloud: a worker with a folder, a libvirt and guests of its own."""

    def __init__(self, name, path, log, restart):
        self.name = name
        self.path = path
        self._log = log
        self._restart = restart

    def logged(self, text):
        """Return how often the worker, or one before it, logged a text."""
        return self._log.read_text().count(text)

    def guests(self):
        """Return the folders of the guests that the host has."""
        return [path.name for path in (self.path / "instances").iterdir()]

    def worker(self):
        """Return the process id of the worker, or None."""
        config = f"computeapi.cmd.worker\0--config-file\0{self.path}/"
        return next(iter(processes_of(config)), None)

    def kill_worker(self):
        """Kill the worker, and return when the next one is ready."""
        before, worker = self.logged("is ready"), self.worker()
        os.kill(worker, signal.SIGKILL)
        self._restart()
        eventually("the next worker", lambda: self.logged("is ready") > before)
        assert self.worker() != worker


@pytest.fixture(scope="module")
def cloud(shared_cloud):
    return shared_cloud


@pytest.fixture(scope="module")
def first(cloud):
    """The host that ``computeapi up`` made, where new workers are started by it."""
    log = cloud.path / "log" / "worker.log"
    return Host(cloud.settings["host"], cloud.path, log, restart=lambda: None)


@pytest.fixture(scope="module")
def second(cloud, first):
    """Another host, which shares with the first one its database and image service alone."""
    # A path to a socket of libvirt's is short.
    path = cloud.path.parent / "second"
    config, log = path / "etc" / "computeapi.conf", path / "worker.log"
    config.parent.mkdir(parents=True)
    text = (cloud.path / "etc" / "computeapi.conf").read_text()
    for old, new in (
        (f"state_path = {cloud.path}\n", f"state_path = {path}\n"),
        (f"host = {first.name}\n", "host = second\n"),
    ):
        assert old in text
        text = text.replace(old, new)
    database, messages = cloud.path / "computeapi.sqlite", cloud.path / "messaging"
    text += f"[database]\nconnection = sqlite:///{database}\n"
    text += f"[messaging]\ntransport_url = unix://{messages}\n"
    config.write_text(text)
    started = []

    def start():
        with log.open("a") as output:
            command = [sys.executable, "-m", "computeapi.cmd.worker", "--config-file", config]
            settings = {"env": unmeasured(), "stdin": subprocess.DEVNULL, "stderr": output}
            started.append(subprocess.Popen(command, **settings))

    start()
    host = Host("second", path, log, start)
    try:
        eventually("the second worker", lambda: host.logged("is ready"))
        yield host
        assert host.guests() == []
    finally:
        for worker in started:
            worker.terminate()
            worker.wait()
        for guest in processes_of(str(path)):
            os.kill(guest, signal.SIGKILL)
    cloud.openstack_admin("compute", "service", "delete", service_of(cloud, host))


def service_of(cloud, host):
    """Return the id of a host's service."""
    return next(s.id for s in cloud.admin.compute.services() if s.host == host.name)


@pytest.fixture(scope="module")
def server(cloud, first, second):
    """The id of a server on the first host with a file that its user wrote."""
    services = cloud.admin.compute
    services.disable_service(service_of(cloud, second))
    with cloud.server(NAME) as server:
        # From here on, a resize can go to the second host alone.
        services.enable_service(service_of(cloud, second))
        services.disable_service(service_of(cloud, first))
        cloud.openstack_admin("flavor", "create", "--ram", "160", "--disk", "2", "larger")
        cloud.ssh(NAME, "echo still here > /root/file; sync")
        yield server
        services.enable_service(service_of(cloud, first))


@pytest.fixture(scope="module")
def database(cloud):
    found = db.connect(configuration.load([str(cloud.path / "etc" / "computeapi.conf")]))
    yield found
    found.close()


def resize_and_kill(cloud, database, server, stage, host):
    """Resize a server, and kill the worker of a host while it carries out a stage."""

    def runs():
        with database.read() as tx:
            operations = tx.operations.unfinished(server)
        return [(o.host, o.stage, o.state) for o in operations] == [(host.name, stage, "running")]

    taken = host.logged("Took over 1 operations")
    cloud.openstack("server", "resize", "--flavor", "larger", NAME)
    eventually(stage, runs, pause=0.02)
    host.kill_worker()
    assert host.logged("Took over 1 operations") == taken + 1
    cloud.until(server, "VERIFY_RESIZE")


def file_and_disk(cloud):
    """Return what the user wrote to a file, and the sectors of the disk."""
    return cloud.ssh(NAME, "cat /root/file /sys/block/vda/size").split("\n")


def test_the_worker_of_the_source_is_killed(cloud, database, first, second, server):
    resize_and_kill(cloud, database, server, "pack", first)
    # What was handed over is removed a little later.
    eventually("the guest alone", lambda: second.guests() == [server])
    assert file_and_disk(cloud) == ["still here", "4194304"]


def test_a_revert_brings_the_guest_back(cloud, first, second, server):
    cloud.openstack("server", "resize", "revert", NAME)
    cloud.until(server, "ACTIVE")
    assert cloud.admin.compute.get_server(server).compute_host == first.name
    eventually("the guest alone", lambda: (first.guests(), second.guests()) == ([server], []))
    assert file_and_disk(cloud) == ["still here", "2097152"]


def test_the_worker_of_the_target_is_killed(cloud, database, first, second, server):
    resize_and_kill(cloud, database, server, "unpack", second)
    cloud.openstack("server", "resize", "confirm", NAME)
    cloud.until(server, "ACTIVE")
    assert cloud.admin.compute.get_server(server).compute_host == second.name
    assert file_and_disk(cloud) == ["still here", "4194304"]
    eventually("the end of what moved", lambda: (first.guests(), second.guests()) == ([], [server]))
