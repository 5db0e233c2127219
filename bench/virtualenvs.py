"""Fresh virtualenvs to install into, and what was installed there."""

import configparser
import subprocess
import sys
from importlib import metadata
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
_PATIENCE = 900  # seconds, for one installation


def requirements(extra: str | None = None) -> list[str]:
    """Return what ``setup.cfg`` asks for: always, or with an extra.

    :raises KeyError: when there is no such extra.
    """
    config = configparser.ConfigParser()
    config.read(REPOSITORY / "setup.cfg")
    if extra is None:
        text = config["options"]["install_requires"]
    else:
        text = config["options.extras_require"][extra]
    return [line for line in text.splitlines() if line and not line.startswith("#")]


class Virtualenv:
    """A virtualenv with nothing in it, not even pip: what a package needs, it has to bring.

    :param folder: where to make it; must not exist.
    :param python: the interpreter's path.
    :param pip: the interpreter whose pip installs; None: its own, brought along with Python.
    :raises subprocess.CalledProcessError: when the interpreter cannot make one.
    """

    def __init__(self, folder: Path, python: str, pip: str | None = sys.executable) -> None:
        options = ["--without-pip"] if pip else []
        subprocess.run([python, "-m", "venv", *options, folder], check=True, capture_output=True)
        self.python = str(folder / "bin" / "python")
        self._pip = [pip, "-m", "pip", "--python", self.python] if pip else None
        [self._packages] = (folder / "lib").glob("python*/site-packages")
        self._own: set[str] = set()
        self._own = set(self.installed())

    def pip(self, *arguments: str) -> str:
        """Run pip and return what it printed.

        :raises RuntimeError: when pip fails, with the end of what it said.
        """
        program = self._pip or [self.python, "-m", "pip"]
        command = [*program, "--disable-pip-version-check", *arguments]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_PATIENCE
        )
        if done.returncode != 0:
            raise RuntimeError(f"pip {arguments[0]} failed: {done.stderr.strip()[-600:]}")
        return done.stdout

    def install(self, *wanted: str) -> list[str]:
        """Install, with options of pip's if need be, and return the distributions this added."""
        before = set(self.installed())
        self.pip("install", "--quiet", *wanted)
        return sorted(set(self.installed()) - before)

    def installed(self) -> dict[str, metadata.Distribution]:
        """Return the distributions by name, without those it was made with."""
        found = {
            distribution.metadata["Name"].lower(): distribution
            for distribution in metadata.distributions(path=[str(self._packages)])
        }
        return {name: one for name, one in found.items() if name not in self._own}


class Here:
    """The environment that this runs in."""

    python = sys.executable

    def installed(self) -> dict[str, metadata.Distribution]:
        """Return the distributions by name."""
        return {one.metadata["Name"].lower(): one for one in metadata.distributions()}
