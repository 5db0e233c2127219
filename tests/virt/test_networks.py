"""How guests are connected: by default, where a host lacks what that takes, after an upgrade."""

import os
import signal
import socket
from pathlib import Path

import pytest

from computeapi.virt.libvirt import interfaces, namespaces
from computeapi.virt.libvirt.interfaces import Reach

#: Before a test replaces it.
UNAVAILABLE_REASON = namespaces.unavailable_reason


def nothing():
    pass


@pytest.fixture
def reopen(embed, monkeypatch):
    """Open the driver anew, with or without what network namespaces take.

    libvirt's connection stays: a process can open some sixteen to the embedded driver in its life.
    """
    connection = pytest.importorskip("computeapi.virt.libvirt.connection")
    monkeypatch.setattr(connection.Connection, "open", lambda _self, _tell: None)
    monkeypatch.setattr(connection.Connection, "close", lambda _self: None)

    def reopen(reason=None, reaches_host=False):
        embed.driver.close()
        monkeypatch.setattr(namespaces, "unavailable_reason", lambda _root: reason)
        embed.options.set_override("guests_reach_host", reaches_host, "libvirt")
        embed.driver.open(embed.changes.put)

    yield reopen
    reopen(UNAVAILABLE_REASON(embed.state))
    embed.options.clear_override("guests_reach_host", "libvirt")


@pytest.fixture
def guest(embed):
    """Make a guest when called; it goes with the test."""
    made = []

    def make():
        made.append(embed.spec().server_id)
        return embed.driver.spawn(embed.spec(server_id=made[0]), nothing)

    yield make
    for server_id in made:
        embed.driver.destroy(server_id)
        assert embed.left_of(server_id) == []


def reach(embed, guest):
    """Return what a running guest can reach, and see that its port leads to it."""
    port = embed.driver.guest(guest.server_id).ssh_port
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    return interfaces.reach_of(embed.domain(guest.server_id).XMLDesc())


def restart(embed, guest):
    embed.driver.reboot(guest.server_id, True, 0, nothing)


def hosts_network(process):
    return os.readlink(f"/proc/{process}/ns/net") == os.readlink("/proc/self/ns/net")


def test_a_guest_reaches_the_world_and_not_the_host(embed, guest, qemu_pid):
    if reason := namespaces.unavailable_reason(embed.state):
        pytest.skip(reason)
    made = guest()
    assert reach(embed, made) == Reach.WORLD
    assert not hosts_network(qemu_pid(made.server_id))


def test_a_guest_reaches_nothing_where_that_cannot_be_had(embed, guest, reopen, caplog):
    reopen(reason="A program is not installed.")
    assert "A program is not installed. Install slirp4netns" in caplog.text
    assert reach(embed, guest()) == Reach.NOTHING


def test_a_guest_reaches_the_host_where_an_option_says_so(embed, guest, reopen, qemu_pid):
    reopen(reaches_host=True)
    made = guest()
    assert reach(embed, made) == Reach.HOST
    assert hosts_network(qemu_pid(made.server_id))


@pytest.mark.parametrize("before", [{"reaches_host": True}, {"reason": "None."}])
def test_a_guest_of_before_is_kept_and_connected_anew_at_its_next_start(
    embed, guest, reopen, caplog, before
):
    if reason := namespaces.unavailable_reason(embed.state):
        pytest.skip(reason)
    reopen(**before)
    made = guest()
    was = reach(embed, made)
    reopen()
    assert reach(embed, made) == was
    # Guests of versions before this one are like those with guests_reach_host.
    assert (made.server_id in caplog.text) is (was == Reach.HOST)
    restart(embed, made)
    assert reach(embed, made) == Reach.WORLD


def test_a_guest_keeps_its_card_when_it_is_connected_anew(embed, guest, reopen):
    if reason := namespaces.unavailable_reason(embed.state):
        pytest.skip(reason)
    reopen(reaches_host=True)
    made = guest()
    addresses = made.addresses
    slot = "<address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>"
    assert slot in embed.domain(made.server_id).XMLDesc()
    reopen()
    restart(embed, made)
    assert slot in embed.domain(made.server_id).XMLDesc()
    assert embed.driver.guest(made.server_id).addresses == addresses


def test_a_connection_that_died_is_made_by_the_next_worker(embed, guest):
    if reason := namespaces.unavailable_reason(embed.state):
        pytest.skip(reason)
    made = guest()
    os.kill(embed.find(made.server_id, b"slirp4netns"), signal.SIGKILL)
    embed.driver.close()
    embed.driver.open(embed.changes.put)
    assert reach(embed, made) == Reach.WORLD


def test_a_guest_without_a_network_has_no_card(embed, qemu_pid):
    spec = embed.spec(has_network=False)
    embed.driver.spawn(spec, nothing)
    for _ in range(2):
        command = Path(f"/proc/{qemu_pid(spec.server_id)}/cmdline").read_bytes()
        assert b"netdev" not in command
        assert b"virtio-net" not in command
        assert interfaces.reach_of(embed.domain(spec.server_id).XMLDesc()) == Reach.UNPLUGGED
        embed.driver.reboot(spec.server_id, True, 0, nothing)
    embed.driver.destroy(spec.server_id)
    assert embed.left_of(spec.server_id) == []
