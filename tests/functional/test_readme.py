"""README.md, followed word by word in a home folder of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from testing.processes import unmeasured
from tests.functional.clouds import READY, TIMEOUT, eventually, processes_of

ROOT = Path(__file__).parents[2]
#: Of the clouds that README.md brings up.
PORTS = (8774, 8775, 8776, 8777, 9774, 9775, 9776, 9777)


def blocks():
    """Return the commands of each console block of README.md."""
    found = re.findall(r"(?ms)^```console\n(.*?)^```", (ROOT / "README.md").read_text())
    return [re.findall(r"(?m)^\$ (.*)$", block) for block in found]


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Reader:
    """A user of shells, typing the commands of README.md."""

    def __init__(self, home):
        self.home = home
        self.shells = []
        # The test image is built once for all clouds of the machine.
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        self._environment = unmeasured() | {"HOME": str(home), "XDG_CACHE_HOME": cache}
        for name in ("OS_CLIENT_CONFIG_FILE", "OS_CLOUD", "MAKEFLAGS", "MAKELEVEL"):
            self._environment.pop(name, None)

    def bring_up(self, commands):
        """Type commands, the last of which stays in the foreground; return what it says so far."""
        output = self.home / f"shell-{len(self.shells)}"
        with output.open("w") as out:
            shell = subprocess.Popen(
                ["bash", "-ec", "\n".join(commands)], cwd=ROOT, env=self._environment,
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self.shells.append(shell)
        said = output.read_text
        # The first time it installs packages.
        eventually("up", lambda: READY in said() or shell.poll() is not None, said, 5 * TIMEOUT)
        assert shell.poll() is None, said()
        return said()

    def type(self, commands, stdin=""):
        """Type commands into a shell, each after the one before succeeded; return the output."""
        done = subprocess.run(
            ["bash", "-ec", "\n".join(commands)], cwd=ROOT, env=self._environment, input=stdin,
            capture_output=True, text=True, timeout=5 * TIMEOUT, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}: {done.stdout}{done.stderr}"
        return done.stdout

    def interrupt(self):
        """Press Ctrl-C in the shells that are in the foreground."""
        for shell in self.shells:
            if shell.poll() is None:
                os.killpg(shell.pid, signal.SIGINT)
                shell.wait(TIMEOUT)


@pytest.fixture
def reader():
    taken = [port for port in PORTS if not is_free(port)]
    if taken:
        pytest.skip(f"ports that README.md names are taken: {taken}")
    # Not pytest's folder: the path of a Unix socket is short.
    home = Path(tempfile.mkdtemp(prefix="home-"))
    made = Reader(home)
    try:
        yield made
    finally:
        made.interrupt()
        for folder in (home / "pecan-cloud", home / ".computeapi"):
            if folder.exists():
                made.type([f"make destroy ARGS='--yes --state-dir {folder}'"])
        shutil.rmtree(home)
        assert not processes_of(str(home))


def test_readme_is_right(reader):
    up, use, up_beside = blocks()
    said = reader.bring_up(up)
    settings = json.loads((reader.home / ".computeapi/cloud.json").read_text())
    if settings["driver"] == "libvirt":
        told = reader.type(use, stdin="hostname\n")
        logged_in, console = told.index("\ndemo\n"), told.index("Linux version")
        assert logged_in < console, "ssh waits for the guest, so that its console has everything"
        assert "computeapi-test: hostname demo" in told
    else:
        assert "will be faked" in said
        of_guests = re.compile(r"computeapi ssh|openstack console")
        told = reader.type([command for command in use if not of_guests.match(command)])
    assert "| ACTIVE" in re.sub(" +", " ", told)
    reader.bring_up(up_beside)
    reader.interrupt()
    assert "is down" in reader.type(["make down"])
    assert "is gone" in reader.type(["make destroy"], stdin="y\n")
    assert not (reader.home / ".computeapi").exists()
