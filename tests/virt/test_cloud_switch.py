"""The switch of a cloud, whose database may not answer."""

import pytest

from computeapi.virt.cloud_switch import CloudSwitch
from computeapi.virt.driver import DriverError, DriverUnavailable

PORT = "11111111-0000-4000-8000-000000000000"


@pytest.fixture
def switch(tmp_path):
    """A function that makes a switch whose ovs-vsctl is a script."""

    def switch(script) -> CloudSwitch:
        program = tmp_path / "ovs-vsctl"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return CloudSwitch(tmp_path / "namespace.json", "unix:/db.sock", str(program))

    return switch


def test_a_database_that_does_not_answer_may_answer_later(switch):
    with pytest.raises(DriverUnavailable, match="ovs-vsctl did not end in"):
        switch("kill -ALRM $$").unplug(PORT)


def test_a_change_that_is_refused_is_refused_for_good(switch):
    with pytest.raises(DriverError, match="no bridge named br-int") as raised:
        switch("echo no bridge named br-int >&2; exit 1").unplug(PORT)
    assert not isinstance(raised.value, DriverUnavailable)


def test_the_program_of_the_switch_is_needed(switch):
    switch("").require()
    with pytest.raises(DriverError, match="no-such-vsctl is missing"):
        CloudSwitch(None, "unix:/db.sock", "no-such-vsctl").require()


def test_a_database_that_is_not_there_yet_is_waited_for(switch, tmp_path):
    with pytest.raises(DriverError, match="namespace"):
        switch(f'echo "$@" > {tmp_path}/asked').unplug(PORT)
    asked = (tmp_path / "asked").read_text().split()
    assert {"--retry", "--timeout=30", "--db=unix:/db.sock"} <= set(asked)
