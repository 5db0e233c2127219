"""A cloud that ``computeapi up`` brought up, for the tests that use one."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import pytest
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from computeapi.standalone.parts import table
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder
from testing.processes import unmeasured
from tests.functional import openstack_client

BIN = Path(sys.executable).parent
#: Seconds; an emulated guest on a busy machine needs patience.
TIMEOUT = 120
#: Of the core and of the parts.
PORTS = 4 + sum(len(part.ports) for part in table.PARTS)
READY = "Ctrl-C here stops the services"


def eventually(what, condition, why=lambda: "", within=TIMEOUT, pause=0.5):
    """Wait until the condition gives something true, and return that.

    :param pause: seconds between two looks.
    """
    deadline = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what} not within {within} s: {why()}"
        time.sleep(pause)
    return found


def free_ports():
    """Return the first of the ports that a cloud with all parts may need, all of them free."""
    while True:
        first = random.randrange(20000, 30000)
        sockets = [socket.socket() for _ in range(PORTS)]
        try:
            for offset, probe in enumerate(sockets):
                probe.bind(("127.0.0.1", first + offset))
            return first
        except OSError:
            continue
        finally:
            for probe in sockets:
                probe.close()


def require_parts(cloud, *parts):
    """Skip a test where parts of a cloud cannot run, with the product's reasons."""
    reasons = []
    table.choose(StateFolder(cloud.path), Settings(), parts, reasons.append)
    if reasons:
        pytest.skip(" ".join(reasons))


def processes_of(text):
    """Return the ids of the processes whose command line has the text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if text.encode() in command:
            found.append(int(path.parent.name))
    return found


class Cloud:
    """A cloud brought up by the command, in a folder and on ports of its own.

    :param environment: of its services and of the command.
    """

    def __init__(self, folder, environment):
        self._environment = environment
        #: Where the command keeps its cloud when this folder is the user's home.
        self.path = folder / ".computeapi"
        self.output = folder / "up.out"
        self.port = free_ports()
        self.process = None
        self.front_end = None
        self._floating_ips = {}

    def command(self, *arguments, check=True):
        name, *rest = arguments
        words = [BIN / "computeapi", name, "--state-dir", self.path, *rest]
        done = subprocess.run(
            list(map(str, words)),
            env=self._environment | self._entry(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * TIMEOUT,
            check=False,
        )
        assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done

    def _entry(self):
        """Return the variables that lead clients to the demo user's entry of clouds.yaml."""
        return {
            "OS_CLIENT_CONFIG_FILE": str(self.path / "clouds.yaml"),
            "OS_CLOUD": "computeapi",
        }

    def openstack(self, *arguments):
        """Run the real client as the demo user; return its output."""
        words, client = list(map(str, arguments)), openstack_client.started()
        done = client.run(words, unmeasured() | self._entry(), 2 * TIMEOUT)
        assert done.returncode == 0, f"openstack {words}: {done.stdout}{done.stderr}"
        return done.stdout

    def openstack_admin(self, *arguments):
        """Run the real client as the administrator; return its output."""
        return self.openstack("--os-cloud", "computeapi-admin", *arguments)

    def connection(self, name="computeapi"):
        """Return the SDK's connection by an entry of clouds.yaml."""
        config = OpenStackConfig(config_files=[str(self.path / "clouds.yaml")])
        return Connection(config=config.get_one(name))

    @cached_property
    def compute(self):
        """The SDK that the client is made of: it asks in the time that a client takes to start."""
        return self.connection().compute

    @cached_property
    def admin(self):
        """The SDK's connection of the administrator."""
        return self.connection("computeapi-admin")

    def up(self, front_end, *more):
        """Run the cloud with a front end; return the seconds that this took."""
        if self.front_end == front_end:
            return 0.0
        self.stop()
        # Their catalogs are those of the services that were up.
        self.__dict__.pop("compute", None)
        self.__dict__.pop("admin", None)
        begun = time.monotonic()
        options = ["--port", str(self.port), "--front-end", front_end, *more]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [BIN / "computeapi", "up", "--state-dir", self.path, *options],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        # With all parts it takes long on a busy machine: Horizon packs its scripts when it is idle.
        eventually(
            "up",
            lambda: READY in self.said() or self.process.poll() is not None,
            within=5 * TIMEOUT,
        )
        assert self.process.poll() is None, self.said()
        self.front_end = front_end
        return time.monotonic() - begun

    def said(self):
        return self.output.read_text()

    def stop(self):
        """Stop the services as Ctrl-C does."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            assert self.process.wait(TIMEOUT) == 0, self.said()
        self.process = self.front_end = None

    @property
    def settings(self):
        return json.loads((self.path / "cloud.json").read_text())

    @property
    def is_real(self):
        return self.settings["driver"] == "libvirt"

    def create(self, name, flavor="m1.nano"):
        """Boot a server; return its id."""
        image = self.settings["images"][0]
        options = ["--image", image, "--flavor", flavor, "--key-name", self.key_name()]
        self.openstack("server", "create", *options, "--wait", name)
        return self.compute.find_server(name, ignore_missing=False).id

    def key_name(self):
        """Return the name of the key pair by which guests are reached."""
        key = self.path / "keys" / "demo"
        if not key.exists():
            self.openstack("keypair", "create", "--private-key", key, "demo")
        return "demo"

    def delete(self, server):
        """Delete a server, whatever a test did to it; return when nothing of it is left."""
        self.admin.compute.delete_server(server)
        eventually("its end", lambda: not list(self.path.rglob(f"*{server}*")))
        # Its row goes after all else.
        eventually("the end of its row", lambda: not self.compute.find_server(server))
        if floating := self._floating_ips.pop(server, None):
            self.connection().network.delete_ip(floating)

    def until(self, server, status):
        """Wait until a server has a status."""
        eventually(status, lambda: self.status(server) == status, lambda: self.status(server))

    @contextmanager
    def server(self, name, flavor="m1.nano"):
        """Boot a server for the length of the block; give its id."""
        server = self.create(name, flavor)
        try:
            yield server
        finally:
            if self.compute.find_server(server):
                self.delete(server)

    def console_log(self, server):
        """Return the console log of a server, without the client, which takes long to start."""
        return self.compute.get_server_console_output(server)["output"]

    def status(self, server):
        return self.compute.get_server(server).status

    def ssh(self, name, command):
        """Run a command in a guest, which may be booting; return what it wrote."""
        self._lead_to(self.compute.find_server(name, ignore_missing=False).id)
        return self.command("ssh", name, command).stdout.strip()

    def _lead_to(self, server):
        """Give a server a floating IP, and let it be reached, where Neutron has the networks.

        The floating IP goes with the server; port 22 stays open for all servers.
        """
        connection = self.connection()
        if not connection.has_service("network"):
            return
        network = connection.network
        (port, *_) = network.ports(device_id=server)
        if list(network.ips(port_id=port.id)):
            return
        group = network.find_security_group("default", ignore_missing=False)
        wanted = {"direction": "ingress", "protocol": "tcp", "port_range_min": 22}
        if not list(network.security_group_rules(security_group_id=group.id, port_range_min=22)):
            network.create_security_group_rule(
                **wanted, security_group_id=group.id, port_range_max=22
            )
        public = network.find_network("public", ignore_missing=False)
        floating = network.create_ip(floating_network_id=public.id, port_id=port.id)
        self._floating_ips[server] = floating
        eventually("the floating IP", lambda: "floating" in str(self._addresses(server)))

    def _addresses(self, server):
        return self.compute.get_server(server).addresses


@contextmanager
def temporary_cloud(is_measured=True):
    """Provide a cloud that is not up yet, and remove it with all that it made.

    :param is_measured: whether coverage measures its services, which doubles their time: those of
        Keystone and Glance, too.
    """
    # Not pytest's folder: the path of a Unix socket is short.
    folder = Path(tempfile.mkdtemp(prefix="cloud-"))
    made = Cloud(folder, dict(os.environ) if is_measured else unmeasured())
    try:
        yield made
        made.stop()
        made.command("destroy", "--yes")
        assert not made.path.exists()
        assert not processes_of(str(made.path))
    finally:
        if made.path.exists():
            made.command("destroy", "--yes", check=False)
        shutil.rmtree(folder)
