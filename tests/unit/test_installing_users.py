"""The guide to installing, with two users: the services read the files that an operator makes."""

import configparser
import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.installing_guide import ROOT, SUDO, packages, sections

#: Users that each system has, in place of ``computeapi``, and of any other user of the machine.
SERVICES, STRANGER = "daemon", "nobody"
#: Folders where an ordinary user can make nothing.
CLOSED = re.compile(r"/etc/|/var/lib/|/opt/")


def commands():
    """Return the commands of all blocks, without the lines of the files that they write."""
    blocks = [block for title in sections().values() for block in title]
    text = re.sub(r"(?s)<<END$.*?^END$", "", "\n".join(blocks), flags=re.MULTILINE)
    return [*packages(), *text.replace("\\\n", "").splitlines()]


def test_an_operator_is_no_root():
    """A program writes below a closed folder by sudo only; a redirection has no sudo at all."""
    writing = [line for line in commands() if CLOSED.search(line) and not line.startswith("export")]
    assert len(writing) >= 8
    for command in writing:
        assert command.startswith("sudo "), command
        assert not re.search(rf">\s*({CLOSED.pattern})", command), command


class Machine:
    """Has the folders that the guide makes below one of its own."""

    def __init__(self, folder):
        self.etc, self.state = folder / "etc", folder / "state"
        (folder / "sudo").write_text(SUDO)
        (folder / "sudo").chmod(0o755)
        self._environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "SUDO_SWITCHES": "yes",
            "SERVICE_PASSWORD": "secret",
        }

    def follow(self, script):
        """Run commands of the guide as an operator whose files are closed to others."""
        script = script.replace("/etc/computeapi", str(self.etc))
        script = script.replace("/var/lib/computeapi", str(self.state))
        script = re.sub(r"(--owner|--group) computeapi", rf"\1 {SERVICES}", script)
        done = self._bash(f"umask 077; {script}")
        assert done.returncode == 0, done.stderr

    def may(self, user, test, path):
        """Return whether a user passes a test of the shell on a path, e.g. ``-r``."""
        return self._bash(f"sudo -u {user} test {test} {path}").returncode == 0

    def _bash(self, script):
        return subprocess.run(
            ["bash", "-ec", script],
            cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def machine():
    # Not pytest's folder, which is closed to other users.
    with tempfile.TemporaryDirectory(prefix="machine-") as folder:
        Path(folder).chmod(0o755)
        yield Machine(Path(folder))


def unit_files():
    """Return the configuration files that the systemd units name."""
    for path in (ROOT / "etc" / "systemd").glob("*.service"):
        unit = configparser.ConfigParser(interpolation=None, strict=False)
        unit.read_string(path.read_text())
        assert unit["Service"]["User"] == "computeapi"
        yield from re.findall(r"/etc/computeapi/\S+", unit["Service"]["ExecStart"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")
def test_services_read_what_an_operator_makes(machine):
    (configure,) = sections()["Configure it"]
    folders = [line for line in packages() if line.startswith("sudo install --directory")]
    for script in (*folders, configure):
        machine.follow(script)
    named = {Path(name).name for name in unit_files()}
    assert {*named, "api-paste.ini", "policy.yaml"} == {path.name for path in machine.etc.iterdir()}
    for path in machine.etc.iterdir():
        assert path.stat().st_size
        assert machine.may(SERVICES, "-r", path)
        assert not machine.may(SERVICES, "-w", path)
    assert machine.may(SERVICES, "-w", machine.state)
    for folder in (machine.etc, machine.state):
        assert not machine.may(STRANGER, "-x", folder)
