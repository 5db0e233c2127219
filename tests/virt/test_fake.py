"""The additions of the fake driver to the port."""

import threading
import time

import pytest

from computeapi.domain.servers import PowerState
from computeapi.virt.driver import DriverError, DriverUnavailable, GuestNotFound, GuestSpec

SPEC = GuestSpec(
    "b7b64b4e-5b2a-43c6-a6b1-0d0c4b7e3b0c",
    "instance-1",
    1,
    32,
    1,
    config_drive={"openstack/latest/meta_data.json": b'{"hostname": "web-1"}'},
)


class Stop(Exception):
    """The exception of a checkpoint."""


def nothing():
    pass


@pytest.fixture
def fake(make_driver, tmp_path):
    driver = make_driver("fake", tmp_path)
    driver.open(lambda _server_id: None)
    yield driver
    driver.close()


@pytest.fixture
def behind(make_driver, tmp_path):
    """Another driver on the same state."""
    return make_driver("fake", tmp_path)


def test_the_console_shows_the_hostname(fake):
    fake.spawn(SPEC, nothing)
    assert b"web-1 login:" in fake.console_output(SPEC.server_id)


@pytest.mark.parametrize("method", ["spawn", "power_on", "power_off", "reboot", "destroy"])
def test_a_method_told_to_fail_fails(fake, behind, method):
    fake.spawn(SPEC, nothing)
    behind.control(fail=[method])
    calls = {
        "spawn": lambda: fake.spawn(SPEC, nothing),
        "power_on": lambda: fake.power_on(SPEC.server_id),
        "power_off": lambda: fake.power_off(SPEC.server_id, 0, nothing),
        "reboot": lambda: fake.reboot(SPEC.server_id, True, 0, nothing),
        "destroy": lambda: fake.destroy(SPEC.server_id),
    }
    with pytest.raises(DriverError, match=method):
        calls[method]()
    assert SPEC.server_id in fake.guests()
    behind.control(fail=[], unreachable=[method])
    with pytest.raises(DriverUnavailable, match=method):
        calls[method]()
    behind.control(unreachable=[])
    calls[method]()


def test_a_delay_slows_a_step_and_its_checkpoint_can_stop_it(fake, behind):
    behind.control(delay=30)
    calls = []

    def checkpoint():
        calls.append(1)
        if len(calls) == 4:
            raise Stop

    began = time.monotonic()
    with pytest.raises(Stop):
        fake.spawn(SPEC, checkpoint)
    assert 0.15 <= time.monotonic() - began < 10
    assert fake.guest(SPEC.server_id).power_state == PowerState.NOSTATE


def test_without_a_delay_it_is_fast(fake):
    began = time.monotonic()
    for number in range(100):
        server_id = f"{number:08}-0000-4000-8000-000000000000"
        fake.spawn(GuestSpec(server_id, "n", 1, 32, 1), nothing)
        fake.destroy(server_id)
    assert time.monotonic() - began < 60


def test_a_guest_that_takes_longer_to_shut_down_than_allowed_is_cut_off(fake, behind):
    fake.spawn(SPEC, nothing)
    behind.control(delay=30)
    began = time.monotonic()
    fake.power_off(SPEC.server_id, 0.2, nothing)
    assert 0.2 <= time.monotonic() - began < 10
    assert fake.guest(SPEC.server_id).power_state == PowerState.SHUTDOWN


@pytest.mark.parametrize("change", ["shut_down_inside", "kill", "lose"])
def test_what_happens_behind_its_back_is_told(make_driver, tmp_path, behind, change):
    told = threading.Event()
    fake = make_driver("fake", tmp_path)
    fake.open(lambda server_id: told.set() if server_id == SPEC.server_id else None)
    fake.spawn(SPEC, nothing)
    getattr(behind, change)(SPEC.server_id)
    assert told.wait(10)
    if change == "lose":
        with pytest.raises(GuestNotFound):
            fake.guest(SPEC.server_id)
    else:
        assert fake.guest(SPEC.server_id).power_state == PowerState.SHUTDOWN
    fake.close()


def test_one_listener_that_fails_does_not_end_the_telling(make_driver, tmp_path, behind):
    told = []

    def fail(server_id):
        told.append(server_id)
        raise Stop

    fake = make_driver("fake", tmp_path)
    fake.open(fail)
    fake.spawn(SPEC, nothing)
    for count in (1, 2):
        behind.kill(SPEC.server_id)
        end = time.monotonic() + 10
        while len(told) < count and time.monotonic() < end:
            time.sleep(0.02)
    fake.close()
    assert told == [SPEC.server_id] * 2
