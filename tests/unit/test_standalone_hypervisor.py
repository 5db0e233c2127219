"""A cloud's own use of the hypervisor."""

import logging
import sys

import pytest

from computeapi import virt
from computeapi.standalone import hypervisor
from computeapi.standalone.state import StateFolder
from computeapi.virt.libvirt.networks import Networks


class Talkative:
    """A driver without guests that tells administrators of itself."""

    def __init__(self, options):
        logging.getLogger("computeapi.virt").warning("guests are emulated")

    def open(self, notify):
        pass

    def close(self):
        pass

    def guests(self):
        return {}

    def destroy(self, server_id):
        raise AssertionError("there is no guest")


@pytest.mark.parametrize("act", [lambda s: hypervisor.shut_down(s, print), hypervisor.destroy])
def test_messages_of_the_driver_go_to_a_log_and_not_to_the_terminal(
    act, tmp_path, monkeypatch, capsys
):
    state = StateFolder(tmp_path / "cloud")
    state.create()
    state.compute_conf.write_text(f"[DEFAULT]\nstate_path = {state.path}\n")
    monkeypatch.setattr(virt, "load", Talkative)
    # Without this, libvirt would look for the log of this test in those that follow.
    monkeypatch.setenv("LIBVIRT_LOG_OUTPUTS", "")
    # As a fresh process has them, once oslo.log has registered its options.
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.StreamHandler(sys.stderr)])
    assert act(state) == 0
    assert capsys.readouterr().err == ""
    assert "guests are emulated" in (state.logs / "hypervisor.log").read_text()


@pytest.mark.parametrize("act", [lambda s: hypervisor.shut_down(s, print), hypervisor.destroy])
def test_the_switch_which_ended_with_the_services_is_not_asked(act, tmp_path, monkeypatch):
    state = StateFolder(tmp_path / "cloud")
    state.create()
    neutron = f"[neutron]\nnamespace = {tmp_path}/namespace\novsdb = unix:{tmp_path}/db.sock\n"
    state.compute_conf.write_text(f"[DEFAULT]\nstate_path = {state.path}\n{neutron}")
    switches = []

    class Switched(Talkative):
        def __init__(self, options):
            super().__init__(options)
            switches.append(Networks(options, tmp_path, None)._switch)

    monkeypatch.setattr(virt, "load", Switched)
    monkeypatch.setenv("LIBVIRT_LOG_OUTPUTS", "")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    act(state)
    assert switches == [None]
