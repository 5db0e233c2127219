import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt import embed


@pytest.mark.parametrize(
    "uri",
    [
        "qemu:///system",
        "qemu+tls://host/system?root=/a",
        "test:///default",
        "qemu:///embed",
        "test:///embed?root=/a",
    ],
)
def test_other_drivers_have_no_root(uri):
    assert embed.root_of(uri) is None


@pytest.mark.parametrize("root", ["/var/lib/computeapi", "/with space/and&more"])
def test_a_root_survives_the_uri(root):
    assert embed.root_of(embed.uri_of(Path(root))) == Path(root)


def test_a_relative_root_is_made_absolute():
    assert embed.root_of("qemu:///embed?root=state/libvirt") == Path.cwd() / "state/libvirt"


def test_the_longest_root_that_sockets_fit_below_is_known():
    embed.check(Path("/" + "a" * (embed.LONGEST - 1)))
    with pytest.raises(DriverError, match="too long"):
        embed.check(Path("/" + "a" * embed.LONGEST))


STATUS = b"<!-- note -->\n<domstatus state='paused' reason='starting up' pid='%d'>\n</domstatus>"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The folder where libvirt notes which guests run."""
    monkeypatch.setattr(embed, "LONGEST", 4096)
    folder = tmp_path / "run" / "qemu"
    folder.mkdir(parents=True)
    (folder / "driver.pid").touch()
    (folder / "unborn.xml").write_bytes(STATUS % 0)
    (folder / "unborn.pid").touch()
    (folder / "alive.xml").write_bytes(STATUS % 1234)
    (folder / "alive.pid").touch()
    (folder / "half.xml.new").touch()
    return folder


def test_a_start_that_its_worker_did_not_survive_is_forgotten(run, tmp_path):
    embed.prepare(tmp_path)
    assert {path.name for path in run.iterdir()} == {"driver.pid", "alive.xml", "alive.pid"}


def test_a_start_in_another_process_is_left_alone(run, tmp_path, make_probe):
    probe = make_probe(tmp_path)
    code = "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX);"
    code += "print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(run / "driver.pid")]
    before = sorted(run.iterdir())
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        embed.prepare(tmp_path)
        other.stdin.close()
    assert sorted(run.iterdir()) == before
    assert probe.poll() is None


def test_a_root_is_looked_through_once_a_process(run, tmp_path):
    embed.prepare(tmp_path)
    (run / "unborn.xml").write_bytes(STATUS % 0)
    embed.prepare(tmp_path)
    assert (run / "unborn.xml").exists()


def test_settings_that_somebody_changed_are_kept(run, tmp_path):
    embed.prepare(tmp_path)
    settings = tmp_path / "etc" / "qemu.conf"
    assert 'stdio_handler = "file"' in settings.read_text()
    settings.write_text("# mine\n")
    embed.prepare(tmp_path)
    assert settings.read_text() == "# mine\n"


@pytest.mark.parametrize(("status", "disabled"), [(0, False), (1, True)])
def test_without_mount_namespaces_guests_get_none(status, disabled, run, tmp_path, monkeypatch):
    probe = tmp_path / "bin" / "unshare"
    probe.parent.mkdir()
    probe.write_text(f"#!/bin/sh\nexit {status}\n")
    probe.chmod(0o755)
    monkeypatch.setenv("PATH", str(probe.parent), prepend=":")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    embed.prepare(tmp_path)
    settings = (tmp_path / "etc" / "qemu.conf").read_text()
    assert ("namespaces = []" in settings) is disabled
    assert 'user = "root"' in settings


EARLIER = embed.SETTINGS + 'user = "root"\ngroup = "root"\n'


@pytest.mark.parametrize("more", ["", embed.NO_NAMESPACES])
def test_settings_of_a_version_without_a_switch_are_renewed(more, run, tmp_path):
    settings = tmp_path / "etc" / "qemu.conf"
    settings.parent.mkdir()
    settings.write_text(EARLIER + more)
    embed.prepare(tmp_path)
    renewed = settings.read_text()
    assert '"/dev/net/tun"' in renewed
    assert renewed == embed.SETTINGS + embed.ROOT_SETTINGS + more


def test_settings_of_that_version_that_somebody_changed_are_kept(run, tmp_path):
    settings = tmp_path / "etc" / "qemu.conf"
    settings.parent.mkdir()
    settings.write_text(EARLIER + "max_files = 4096\n")
    embed.prepare(tmp_path)
    assert settings.read_text() == EARLIER + "max_files = 4096\n"


@pytest.fixture
def make_probe(tmp_path):
    """Start a process with the arguments of a probe, below a root folder."""
    made = []

    def make(root):
        folder = root / "lib/qemu/qmp-a1"
        folder.mkdir(parents=True)
        (folder / "qmp.pid").touch()
        wait = "import sys; print(flush=True); sys.stdin.read()"
        monitor = f"unix:{folder}/qmp.monitor,server=on,wait=off"
        command = [sys.executable, "-c", wait, "-S", "-qmp", monitor]
        pipe = subprocess.PIPE
        made.append(subprocess.Popen(command, stdin=pipe, stdout=pipe))
        assert made[-1].stdout.read(1)
        return made[-1]

    yield make
    for process in made:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_probe_that_its_worker_did_not_survive_is_ended(run, tmp_path, make_probe):
    other = make_probe(tmp_path / "lib" / "other")
    probe = make_probe(tmp_path)
    embed.prepare(tmp_path)
    assert probe.wait(30) == -signal.SIGKILL
    assert list((tmp_path / "lib/qemu").iterdir()) == []
    assert other.poll() is None
