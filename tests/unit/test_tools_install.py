"""How ``make`` installs computeapi, and the versions that it pins."""

import configparser
import os
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from testing.processes import unmeasured
from tools import install

ROOT = Path(__file__).parents[2]
LISTING = """\
:env:.extra-index-url='https://two.example https://three.example'
:env:.no-cache-dir='true'
global.cert='/etc/ca.pem'
global.index-url='https://one.example/simple'
global.extra-index-url='https://overridden.example'
global.find-links='\\n/wheels\\n/more'
install.index-url="https://o'ne.example/simple"
"""


@pytest.fixture
def installer(tmp_path):
    """An installer whose uv and pip are scripts that note how they were called."""
    return Script(tmp_path)


class Script:
    """Programs that take the place of Python and uv in a virtualenv."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "log"
        self.log.touch()
        self.installer = install.Installer(folder)
        (folder / "bin").mkdir()

    def write(self, name, body):
        path = self.folder / "bin" / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.log}\n{body}\n')
        path.chmod(0o755)

    @property
    def calls(self):
        words = (line.split() for line in self.log.read_text().splitlines())
        return [(w[0], w[-1] if w[0] == "python" else w[6]) for w in words if "config" not in w]


def test_settings_of_pip_are_told_to_uv(monkeypatch):
    monkeypatch.setattr(install, "MACHINES_CERTIFICATES", Path("/nowhere"))
    settings = install.pip_settings(LISTING)
    assert install.uv_environment({"HOME": "/root"}, settings) == {
        "HOME": "/root",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "UV_DEFAULT_INDEX": "https://o'ne.example/simple",
        "UV_INDEX": "https://two.example https://three.example",
        "UV_FIND_LINKS": "/wheels /more",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_settings_of_uv_stay_as_the_user_set_them():
    settings = install.pip_settings(LISTING)
    told = install.uv_environment({"UV_INDEX": "https://mine.example"}, settings)
    assert told["UV_INDEX"] == "https://mine.example"


def test_pip_keeps_to_the_users_constraints_and_to_ours():
    told = install.pip_environment({}, install.pip_settings("global.constraint='/etc/c.txt'\n"))
    assert told["PIP_CONSTRAINT"] == f"/etc/c.txt {install.CONSTRAINTS}"


def test_uv_installs_and_pip_only_brings_uv(installer):
    installer.write("python", "")
    installer.write("uv", "")
    installer.installer.prepare()
    assert installer.installer.install("falcon")[0]
    assert installer.calls == [("python", "uv"), ("uv", ".[falcon]")]


def test_pip_installs_where_there_is_no_uv(installer):
    installer.write("python", 'case "$*" in *uv) exit 1;; esac')
    installer.installer.prepare()
    assert installer.installer.install("falcon")[0]
    assert installer.calls == [("python", "uv"), ("python", ".[falcon]")]


def test_pip_installs_where_uv_fails(installer, monkeypatch, capfd):
    installer.write("python", "")
    installer.write("uv", "echo no such index; exit 2")
    monkeypatch.setattr(install, "Installer", lambda *_, **__: installer.installer)
    assert install.main("ignored", "-", "falcon", "libvirt") == 0
    expected = [("uv", ".[falcon,libvirt]"), ("uv", ".[falcon]"), ("python", ".[falcon]")]
    assert installer.calls == [("python", "uv"), *expected]
    assert "trying pip" in capfd.readouterr().out


def test_extra_that_cannot_be_compiled_is_left_out(installer, monkeypatch, capfd):
    installer.write("python", "")
    installer.write("uv", 'case "$*" in *libvirt*) echo error: no pkg-config; exit 1;; esac')
    monkeypatch.setattr(install, "Installer", lambda *_, **__: installer.installer)
    assert install.main("ignored", "-", "falcon", "libvirt") == 0
    assert installer.calls[1:] == [("uv", ".[falcon,libvirt]"), ("uv", ".[falcon]")]
    assert "error: no pkg-config" in capfd.readouterr().out


def test_failure_is_told_with_its_end(installer, monkeypatch):
    installer.write("python", 'case "$*" in *falcon*) echo disk full; exit 1;; *uv) exit 1;; esac')
    monkeypatch.setattr(install, "Installer", lambda *_, **__: installer.installer)
    assert re.search(
        "(?s)disk full.*could not be installed", install.main("ignored", "-", "falcon")
    )


def test_virtualenv_is_made_where_there_is_none(tmp_path, monkeypatch):
    # Coverage would measure the installation of pip.
    for name in os.environ.keys() - unmeasured().keys():
        monkeypatch.delenv(name)
    installer = install.Installer(tmp_path / "venv")
    assert installer.make() == (True, "")
    assert (tmp_path / "venv" / "bin" / "python").exists()
    (tmp_path / "file").touch()
    assert install.Installer(tmp_path / "file" / "venv").make()[0] is False


def pins():
    lines = install.CONSTRAINTS.read_text().splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def requirements():
    parsed = configparser.ConfigParser()
    parsed.read(ROOT / "setup.cfg")
    lists = [parsed["options"]["install_requires"], *parsed["options.extras_require"].values()]
    found = [Requirement(line) for text in lists for line in text.split("\n") if line.strip()]
    return [*found, Requirement("setuptools>=68"), Requirement("uv")]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_every_requirement_has_one_pinned_version(python):
    environment = {
        "python_version": python, "python_full_version": f"{python}.1",
        "sys_platform": "linux", "platform_python_implementation": "CPython",
    }  # fmt: skip
    found = [p for p in pins() if p.marker is None or p.marker.evaluate(environment)]
    versions = {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin in found}
    assert len(versions) == len(found)
    for wanted in requirements():
        version = versions.get(canonicalize_name(wanted.name))
        assert version, f"constraints.txt does not pin {wanted.name}: run make constraints"
        assert wanted.specifier.contains(version), f"{wanted}: run make constraints"


def test_pins_are_versions_and_name_no_place():
    assert all(str(pin.specifier).startswith("==") and pin.url is None for pin in pins())
    assert "://" not in install.CONSTRAINTS.read_text()
