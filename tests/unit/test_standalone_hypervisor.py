"""A cloud's own use of the hypervisor."""

import logging
import sys

import pytest

from computeapi import virt
from computeapi.standalone import hypervisor
from computeapi.standalone.state import StateFolder


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
