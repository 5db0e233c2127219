"""Passwords and crash dumps of guests."""

import dataclasses

import pytest

from computeapi.domain.hardware import Hardware
from computeapi.domain.servers import PowerState
from computeapi.virt.driver import DriverError, GuestSpec
from computeapi.virt.fake_records import Records
from computeapi.virt.libvirt import administration


def nothing():
    pass


@pytest.fixture
def fake(make_driver, tmp_path):
    driver = make_driver("fake", tmp_path)
    driver.spawn(GuestSpec("s1", "instance-1", 1, 32, 1), nothing)
    return driver


def test_a_faked_guest_has_the_passwords_that_were_set(fake, tmp_path):
    fake.set_password("s1", "root", "one")
    fake.set_password("s1", "root", "two")
    fake.set_password("s1", "user", "three")
    record = Records(tmp_path / "fake" / "guests").read("s1")
    assert record["passwords"] == {"root": "two", "user": "three"}


def test_a_faked_guest_panics_and_starts_anew(fake):
    before = fake.console_output("s1").count(b"login:")
    fake.trigger_crash_dump("s1")
    console = fake.console_output("s1")
    assert b"Kernel panic - not syncing: NMI" in console
    assert console.count(b"login:") == before + 1
    assert fake.guest("s1").power_state == PowerState.RUNNING


@pytest.fixture
def guest(embed):
    """Make guests of QEMU that are up."""
    made = []

    def make(**hardware):
        spec = dataclasses.replace(embed.spec(), hardware=Hardware(**hardware))
        embed.driver.spawn(spec, nothing)
        made.append(spec.server_id)
        embed.wait_until_up(spec.server_id)
        return spec.server_id

    yield make
    for server_id in made:
        embed.driver.destroy(server_id)


def test_a_guest_without_an_agent_says_so(embed, guest):
    with pytest.raises(DriverError) as caught:
        embed.driver.set_password(guest(), "root", "secret")
    assert caught.value.reason == administration.NO_AGENT


def test_an_agent_that_does_not_answer_is_given_up(embed, guest, monkeypatch):
    monkeypatch.setattr(administration, "AGENT_TIMEOUT", 1)
    with pytest.raises(DriverError) as caught:
        embed.driver.set_password(guest(qemu_guest_agent=True), "root", "secret")
    assert caught.value.reason == administration.SILENT_AGENT


def test_an_interrupt_reaches_qemu(embed, guest):
    server_id = guest()
    embed.driver.trigger_crash_dump(server_id)
    assert embed.driver.guest(server_id).power_state == PowerState.RUNNING
