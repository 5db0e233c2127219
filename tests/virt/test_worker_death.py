"""A worker that is killed, at any moment, is followed by one that goes on."""

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from computeapi.domain.servers import PowerState

SCRIPT = Path(__file__).with_name("worker_process.py")


class Workers:
    """One worker after another on the same state folder."""

    def __init__(self, kind, state):
        self.kind = kind
        self.state = state

    def run(self, server_id, command, number=0):
        return subprocess.run(
            [sys.executable, SCRIPT, self.kind, self.state, server_id, command, str(number)],
            capture_output=True,
            timeout=120,
            check=False,
        )

    def guests(self, server_id, command, number=0):
        done = self.run(server_id, command, number)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)


@pytest.fixture(scope="module", params=["fake", "embed"])
def workers(request, short_tmp):
    bench = request.getfixturevalue(f"{request.param}_bench")
    state = short_tmp()
    shutil.copy(bench.state / "boot.raw", state)
    if request.param == "embed":
        # What libvirt found out about QEMU took it seconds.
        shutil.copytree(bench.state / "libvirt/cache", state / "libvirt/cache")
    return Workers(request.param, state)


@pytest.mark.parametrize(("command", "number"), [("die", 1), ("late", 0.2)])
def test_a_spawn_cut_short_by_death_is_finished_by_the_next(workers, qemu_pid, command, number):
    server_id = str(uuid.uuid4())
    assert workers.run(server_id, command, number).returncode == -signal.SIGKILL
    guests = workers.guests(server_id, "spawn")
    assert guests[server_id]["power_state"] == PowerState.RUNNING
    assert server_id not in workers.guests(server_id, "destroy")
    assert list(workers.state.rglob(f"*{server_id}*")) == []
    assert qemu_pid(server_id) is None


def test_a_half_made_guest_can_be_destroyed_by_the_next(workers, qemu_pid):
    server_id = str(uuid.uuid4())
    assert workers.run(server_id, "late", 0).returncode == -signal.SIGKILL
    assert server_id not in workers.guests(server_id, "destroy")
    assert list(workers.state.rglob(f"*{server_id}*")) == []
    assert qemu_pid(server_id) is None


def test_a_guest_outlives_its_worker(workers, qemu_pid):
    server_id = str(uuid.uuid4())
    assert workers.run(server_id, "done").returncode == -signal.SIGKILL
    pid = qemu_pid(server_id)
    assert pid or workers.kind == "fake"
    assert workers.guests(server_id, "look")[server_id]["power_state"] == PowerState.RUNNING
    assert qemu_pid(server_id) == pid
    workers.guests(server_id, "destroy")
    assert qemu_pid(server_id) is None


def test_a_guest_that_hangs_is_ended_by_the_next(workers, qemu_pid):
    server_id = str(uuid.uuid4())
    assert workers.run(server_id, "done").returncode == -signal.SIGKILL
    if workers.kind == "embed":
        os.kill(qemu_pid(server_id), signal.SIGSTOP)
    guests = workers.guests(server_id, "off", 0.5)
    assert guests[server_id]["power_state"] == PowerState.SHUTDOWN
    assert qemu_pid(server_id) is None
    workers.guests(server_id, "destroy")
    assert list(workers.state.rglob(f"*{server_id}*")) == []


@pytest.mark.parametrize("seconds", [0.02, 0.2])
def test_a_suspend_cut_short_by_death_is_finished_by_the_next(workers, qemu_pid, seconds):
    server_id = str(uuid.uuid4())
    assert workers.run(server_id, "done").returncode == -signal.SIGKILL
    assert workers.run(server_id, "suspend", seconds).returncode == -signal.SIGKILL
    guests = workers.guests(server_id, "resume")
    assert guests[server_id]["power_state"] == PowerState.RUNNING
    workers.guests(server_id, "destroy")
    assert list(workers.state.rglob(f"*{server_id}*")) == []
    assert qemu_pid(server_id) is None
