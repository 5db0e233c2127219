"""The reach of a guest that may send any frame.

A QEMU without a machine takes frames from this process as from a guest's network card, and
treats them as it treats a guest's: its user-mode network is all there is to it.
"""

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path

import pytest

from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt import emulator, namespaces, slirp
from tests.listeners import Listeners, own_address
from tests.virt import frames

QEMU = shutil.which("qemu-system-x86_64")
pytestmark = pytest.mark.skipif(not QEMU, reason="qemu-system-x86_64 is not installed")

TIMEOUT = 20.0
#: Addresses that lead to the host's loopback interface from one user-mode network or another:
#: its gateway, name server and file server, all of 127/8, "this host", broadcasts, multicast, and
#: the same in IPv6, which can hold IPv4's.
IPV4 = (
    *("10.0.2.2", "10.0.2.3", "10.0.2.4", "10.0.2.255", "10.0.2.15", "255.255.255.255"),
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "0.0.0.1", "224.0.0.1"),
    *("169.254.77.1", "169.254.77.2", "169.254.77.3", "169.254.77.100", "169.254.77.255"),
)
IPV6 = (
    *("fec0::2", "fec0::3", "fe80::2", "::1", "::", "::127.0.0.1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:0.0.0.0", "::ffff:10.0.2.2", "64:ff9b::127.0.0.1"),
)
#: A guest may lie about where it is, too.
SOURCES = {
    4: ("10.0.2.15", "127.0.0.1", "0.0.0.0"),
    6: ("fec0::15", "::1", "fe80::15", "::ffff:127.0.0.1"),
}


@pytest.fixture
def loopback():
    listeners = Listeners(["127.0.0.1", "::1"])
    yield listeners
    listeners.close()


@pytest.fixture
def world():
    """Listeners on an address that other machines have for this one."""
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but its loopback addresses")
    listeners = Listeners([address])
    yield listeners
    listeners.close()


class Card:
    """The network card of a guest.

    :param line: a connection with QEMU's ``-netdev stream``.
    """

    def __init__(self, line):
        line.settimeout(TIMEOUT)
        self._line = line
        self._reader = line.makefile("rb")

    def send(self, frame):
        self._line.sendall(struct.pack("!I", len(frame)) + frame)

    def settle(self):
        """Wait until QEMU, which takes frames in the order in which they come, took all so far."""
        self.send(frames.announcement())
        while not frames.is_answer_to_announcement(self._receive()):
            pass

    def _receive(self):
        (size,) = struct.unpack("!I", self._reader.read(4))
        return self._reader.read(size)

    def close(self):
        self._reader.close()
        self._line.close()


@pytest.fixture
def guest(short_tmp):
    """Connect a guest's card, in a namespace or not."""
    state = short_tmp()
    folder = InstanceFolder(state)

    def connect(options="", in_namespace=False):
        path = state / "card"
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(path))
        server.listen(1)
        server.settimeout(TIMEOUT)
        arguments = [
            *("-machine", "none", "-nodefaults", "-display", "none"),
            *("-netdev", f"user,id=user{options}"),
            *("-netdev", "hubport,hubid=0,id=one,netdev=user"),
            *("-netdev", f"stream,id=card,server=off,addr.type=unix,addr.path={path}"),
            *("-netdev", "hubport,hubid=0,id=two,netdev=card"),
        ]
        command, environment = [QEMU, *arguments], dict(os.environ)
        if in_namespace:
            folder.create_lifeline()
            environment[emulator.LIFELINE] = str(folder.lifeline)
            resolv_conf = state / "resolv.conf"
            resolv_conf.write_text(namespaces.RESOLV_CONF)
            command = namespaces.command(resolv_conf, QEMU, *arguments)
        with (state / "qemu.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        ending.callback(process.wait)
        ending.callback(process.kill)
        with server:
            card = Card(server.accept()[0])
        ending.callback(card.close)
        if in_namespace:
            slirp.ensure(process.pid, folder)
        card.settle()
        return card

    with contextlib.ExitStack() as ending:
        ending.callback(slirp.end, folder)
        yield connect


def attack(card, port):
    """Send to every address, from every address, by both protocols."""
    number = 20000
    for protocol in (frames.TCP, frames.UDP):
        for version, targets in ((4, IPV4), (6, IPV6)):
            for source in SOURCES[version]:
                for target in targets:
                    number += 1
                    card.send(frames.opening(protocol, source, target, (number, port)))


def call(card, listeners):
    """Send to an address in the world, by both protocols."""
    for protocol in (frames.TCP, frames.UDP):
        ports = (30000, listeners.port)
        card.send(frames.opening(protocol, "10.0.2.15", listeners.addresses[0], ports))


def wait_for(listeners):
    end, missing = time.monotonic() + TIMEOUT, listeners.everything()
    while missing := missing - listeners.reached():
        assert time.monotonic() < end, f"{missing} not reached in {TIMEOUT} s"
        time.sleep(0.05)


def test_qemus_own_network_leads_to_the_host(guest, loopback):
    # It shows that the frames of the tests below reach what there is to be reached.
    card = guest()
    attack(card, loopback.port)
    card.settle()
    assert loopback.reached() == loopback.everything()


def test_a_guest_in_a_namespace_reaches_the_world_and_not_the_host(guest, loopback, world):
    if reason := namespaces.unavailable_reason(Path("/")):
        pytest.skip(reason)
    card = guest(in_namespace=True)
    attack(card, loopback.port)
    call(card, world)
    # Both QEMU and slirp4netns took the attack before the call.
    wait_for(world)
    assert loopback.reached() == set()


def test_an_isolated_guest_reaches_nothing(guest, loopback, world):
    card = guest(options=",restrict=on")
    attack(card, loopback.port)
    call(card, world)
    card.settle()
    assert loopback.reached() | world.reached() == set()
