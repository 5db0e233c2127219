"""Guests that hang: QEMU is stopped, and answers no call of libvirt's."""

import os
import signal
import threading

import pytest

from computeapi.domain.servers import PowerState
from computeapi.virt.driver import DriverError


def nothing():
    pass


@pytest.fixture
def hung(embed):
    """The id of a guest whose QEMU is stopped; it goes with the test."""
    spec = embed.spec()
    embed.driver.spawn(spec, nothing)
    os.kill(embed.find(spec.server_id), signal.SIGSTOP)
    yield spec.server_id
    embed.driver.destroy(spec.server_id)
    assert embed.left_of(spec.server_id) == []


@pytest.fixture
def in_thread():
    """Call a function in a thread; return the thread and the list that gets what it raises."""

    def start(call):
        raised = []

        def run():
            try:
                call()
            except DriverError as error:
                raised.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread, raised

    return start


def test_a_power_cut_ends_the_call_that_hangs(embed, hung, in_thread, tmp_path):
    # A copy of a disk may go on without the guest, so that it raises nothing.
    thread, _ = in_thread(lambda: embed.driver.snapshot(hung, tmp_path / "copy", nothing))
    thread.join(1)
    assert thread.is_alive()
    embed.driver.cut_power(hung)
    thread.join(30)
    assert not thread.is_alive()
    assert embed.driver.guest(hung).power_state == PowerState.SHUTDOWN
    assert embed.find(hung) is None


def test_a_shutdown_keeps_to_its_time(embed, hung):
    checks = []
    embed.driver.power_off(hung, 1, lambda: checks.append(1))
    assert checks
    assert embed.driver.guest(hung).power_state == PowerState.SHUTDOWN
    assert embed.find(hung) is None


def test_a_reboot_and_a_shutdown_behind_a_call_that_hangs(embed, hung, in_thread):
    thread, raised = in_thread(lambda: embed.driver.pause(hung))
    thread.join(1)
    embed.driver.reboot(hung, False, 1, nothing)
    thread.join(30)
    assert not thread.is_alive()
    assert raised
    assert embed.driver.guest(hung).power_state == PowerState.RUNNING


def test_a_shutdown_that_is_ended_returns_while_the_guest_hangs(embed, hung):
    def checkpoint():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        embed.driver.power_off(hung, 600, checkpoint)
