"""Fresh virtualenvs to install into, and the distributions that came with an installation."""

import configparser
import subprocess
from importlib import metadata
from pathlib import Path

from testing.processes import ROOT, unmeasured

_TIMEOUT = 900  # seconds, for one installation


def requirements(extra: str | None = None) -> list[str]:
    """Return the requirements in ``setup.cfg``: those of the core, or those of an extra.

    :raises KeyError: when there is no such extra.
    """
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    if extra is None:
        text = config["options"]["install_requires"]
    else:
        text = config["options.extras_require"][extra]
    return [line for line in text.splitlines() if line and not line.startswith("#")]


class Virtualenv:
    """A virtualenv that holds nothing but the pip that Python brings along.

    :param folder: where to make it; must not exist.
    :param python: the interpreter's path.
    :raises subprocess.CalledProcessError: when the interpreter cannot make one.
    """

    def __init__(self, folder: Path, python: str) -> None:
        command = [python, "-m", "venv", str(folder)]
        subprocess.run(command, check=True, capture_output=True, env=unmeasured())
        self.python = str(folder / "bin" / "python")
        [self._packages] = (folder / "lib").glob("python*/site-packages")
        # Until Python 3.12 a virtualenv begins with setuptools, which some packages need.
        self.pip("uninstall", "--yes", "setuptools")

    def pip(self, *arguments: str) -> None:
        """Run pip.

        :raises RuntimeError: when pip fails, with the end of its messages.
        """
        command = [self.python, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_TIMEOUT,
            env=unmeasured(),
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"pip {arguments[0]} failed: {done.stderr.strip()[-600:]}")

    def install(self, *wanted: str) -> list[str]:
        """Install packages, and return the names of the distributions that this added.

        :param wanted: requirements, and options of pip.
        """
        before = set(self.installed())
        self.pip("install", *wanted)
        return sorted(set(self.installed()) - before)

    def installed(self) -> dict[str, metadata.Distribution]:
        """Return the distributions by name, without pip."""
        found = metadata.distributions(path=[str(self._packages)])
        return {one.metadata["Name"].lower(): one for one in found if one.name != "pip"}
