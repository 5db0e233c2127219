"""Install computeapi into a virtualenv: install.py VENV PROFILE EXTRAS [OPTIONAL [--image]]

Makes the virtualenv and installs the extras (a,b,c) while tools/system-packages installs the
packages of the profile ("-" for no profile). An OPTIONAL extra may fail: libvirt is compiled.

Packages have the versions of constraints.txt. uv installs them; pip does where uv cannot.
"""

import ast
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
MACHINES_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
#: pip's settings, and the variables that tell uv the same.
SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}
#: A line of uv's list of all packages that it installed.
_UV_PACKAGE = re.compile(r" [-+~] ")
#: A line of pip about one of its steps.
_PIP_STEP = re.compile(r"\s*(Collecting|Building|Installing|Successfully|ERROR|error)")
#: Whether a program succeeded, and its output.
Outcome = tuple[bool, str]
_BEGUN = time.monotonic()


def say(text: str) -> None:
    """Write a line with the seconds since the start."""
    print(f"[{time.monotonic() - _BEGUN:5.1f} s] {text}", flush=True)


def pip_settings(listing: str) -> dict[str, str]:
    """Return pip's settings by name; several values are separated by spaces.

    :param listing: the output of ``pip config list``. Variables (``:env:``) win over the section
        of ``pip install``, and that one over the global section.
    """
    found = {}
    for section in ("global", "install", ":env:"):
        for name, value in re.findall(rf"(?m)^{section}\.([a-z-]+)=(['\"].*)$", listing):
            found[name] = " ".join(ast.literal_eval(value).split())
    return found


def uv_environment(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which uv finds packages where pip does.

    :param settings: pip's. A variable of uv that the user set wins.
    """
    told = {SETTINGS[name]: value for name, value in settings.items() if name in SETTINGS}
    # pip takes the best version that any index has; uv would take the first index that has one.
    told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if MACHINES_CERTIFICATES.exists():
        told["UV_SYSTEM_CERTS"] = "1"
    return {**told, **environment}


def pip_environment(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which pip keeps to our versions, also where it builds."""
    constraints = f"{settings.get('constraint', '')} {CONSTRAINTS}".strip()
    told = {"PIP_CONSTRAINT": constraints, "PIP_BUILD_CONSTRAINT": constraints}
    return {**environment, **told, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def run(
    command: list[object],
    environment: Mapping[str, str] | None = None,
    show: Callable[[str], bool] = lambda _: False,
) -> Outcome:
    """Run a program.

    :param show: says of each line whether to write it as it comes.
    """
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if show(line):
            say(line.strip())
    return process.wait() == 0, "".join(lines)


class Installer:
    """Installs into a virtualenv.

    :param venv: its folder, there or not.
    :param compiled: whether all modules are compiled now, by all cores, or each by the process
        that imports it first.
    """

    def __init__(self, venv: Path, *, compiled: bool = False) -> None:
        self._venv = venv
        self._compiled = compiled
        self._python = venv / "bin" / "python"
        self._settings: dict[str, str] = {}
        self._has_uv = False

    def make(self) -> Outcome:
        """Make the virtualenv unless it is there."""
        if self._python.exists():
            return True, ""
        say(f"Making the virtualenv {self._venv.name}")
        return run([sys.executable, "-m", "venv", self._venv])

    def prepare(self) -> None:
        """Install uv, where there is one for this machine."""
        say("Installing uv, which installs the other packages")
        _, listing = run([self._python, "-m", "pip", "config", "list"])
        self._settings = pip_settings(listing)
        self._has_uv, _ = self._pip("--quiet", "--only-binary", ":all:", "uv")

    def install(self, extras: str) -> Outcome:
        """Install computeapi, editable, with extras."""
        return self._uv(extras) if self._has_uv else self._pip("--editable", f".[{extras}]")

    def install_without_uv(self, extras: str) -> Outcome:
        """Do the same by pip, which reads settings that uv knows nothing of."""
        if self._has_uv:
            say("uv could not install them: trying pip.")
            self._has_uv = False
        return self.install(extras)

    def _pip(self, *arguments: str) -> Outcome:
        command = [self._python, "-m", "pip", "install", *arguments]
        environment = pip_environment(os.environ, self._settings)
        return run(command, environment, lambda line: bool(_PIP_STEP.match(line)))

    def _uv(self, extras: str) -> Outcome:
        files = [*self._settings.get("constraint", "").split(), CONSTRAINTS]
        constraints = [part for file in files for part in ("--constraint", file)]
        command = [
            *(self._venv / "bin" / "uv", "pip", "install", "--python", self._python),
            *("--editable", f".[{extras}]", "--build-constraint", CONSTRAINTS, *constraints),
            *(("--compile-bytecode",) if self._compiled else ()),
        ]
        environment = uv_environment(os.environ, self._settings)
        say("Downloading and unpacking them, which takes from seconds to a minute")
        return run(command, environment, lambda line: not _UV_PACKAGE.match(line))


def main(venv: str, profile: str, extras: str, optional: str = "", image: str = "") -> int | str:
    """Install everything; return the exit code, or why it failed.

    :param image: whether to begin, in the background, with the test image of a cloud.
    """
    say(f"Installing Python packages ({extras})")
    # The tests start hundreds of processes, a cloud only a few.
    installer = Installer(ROOT / venv, compiled=profile == "test")
    packages = subprocess.Popen([ROOT / "tools" / "system-packages", profile])
    with contextlib.suppress(subprocess.TimeoutExpired):
        # They are there already, most of the time.
        packages.wait(timeout=2)
    at_work = packages.poll() is None
    if image and not at_work:
        begin_image()
    made, output = installer.make()
    if not made:
        # Debian keeps the module venv in a package of its own, which may be on its way.
        packages.wait()
        made, output = installer.make()
    if not made:
        return f"{output}\nPython could not make a virtualenv: see above."
    installer.prepare()
    if at_work:
        # What needs no system package is installed meanwhile.
        installer.install(extras)
        packages.wait()
        if image:
            begin_image()
    return finish(installer, extras, optional)


def finish(installer: Installer, extras: str, optional: str) -> int | str:
    """Install the extras, with the optional one if that is possible; return as main does."""
    if optional:
        done, output = installer.install(f"{extras},{optional}")
        if done:
            return 0
        say(without(optional, output))
    done, output = installer.install(extras)
    if not done:
        done, output = installer.install_without_uv(extras)
    return (
        0 if done else f"{output[-2000:]}\nThe Python packages could not be installed: see above."
    )


def begin_image() -> None:
    """Begin to build the test image; a cloud that finds it unfinished waits for it.

    Where that fails, the cloud tries again and says why.
    """
    subprocess.Popen(
        [sys.executable, "-m", "computeapi.standalone.image_cache"],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def without(optional: str, output: str) -> str:
    """Say why an optional extra is left out."""
    told = [line.strip() for line in output.splitlines() if re.search("(?i)error|not found", line)]
    return (
        f"The extra '{optional}' could not be installed (it wants gcc, pkg-config, libvirt-dev "
        f"and Python's headers): going on without. {' '.join(told[-3:])}"
    )


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - any Python may be asked to run this
        sys.exit(f"computeapi needs Python 3.11 or later; {sys.executable} is {sys.version[:6]}.")
    sys.exit(main(*sys.argv[1:]))
