"""Which Python versions each front end runs on: its contract cases, run under each.

Only the front end of a run is installed, so the tests that compare both are left out.
"""

import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from testing.processes import ROOT
from testing.virtualenvs import Virtualenv, requirements

CANDIDATES = ("3.11", "3.12", "3.13", "3.14")
#: The imports that must raise no deprecation.
_MODULES = {"falcon": "falcon", "pecan": "pecan, wsme, wsmeext.pecan, webob"}
#: The packages that the contract's tests import beside a front end's own.
TESTS_NEED = ("gabbi", "hypothesis", "pytest", "psycopg[binary]", "pycdlib", "jsonschema-rs")
_TIMEOUT = 900  # seconds, for the tests of a front end
_WARNING = re.compile(r"site-packages/(\w+)\S*:\d+: \w*DeprecationWarning: (.+)")


def measure() -> dict[str, Any]:
    """Run the contract's tests of both front ends under each interpreter of the machine."""
    found = interpreters()
    with tempfile.TemporaryDirectory(prefix="pythons") as folder, ThreadPoolExecutor() as pool:
        each = pool.map(lambda one: _under(one, Path(folder)), found)
        return {"runs": [run for runs in each for run in runs]}


def interpreters() -> list[str]:
    """Return the paths of the interpreters of this machine, one for each minor version."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = []
    for candidate in CANDIDATES:
        installed = (str(path) for path in root.glob(f"versions/{candidate}.*/bin/python3"))
        for path in (shutil.which(f"python{candidate}"), *sorted(installed)):
            if path and _is_complete(path):
                found.append(path)
                break
    return found


def _is_complete(python: str) -> bool:
    """Return whether an interpreter runs and can make virtualenvs."""
    words = [python, "-c", "import ensurepip"]
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def _under(python: str, folder: Path) -> list[dict[str, Any]]:
    """Run both front ends under an interpreter; a problem is one that cannot be installed."""
    runs = []
    virtualenv = Virtualenv(Path(tempfile.mkdtemp(dir=folder)) / "venv", python)
    virtualenv.install(*requirements(), *TESTS_NEED)
    for front_end in _MODULES:
        try:
            added = virtualenv.install(*requirements(front_end))
        except RuntimeError as error:
            version = _version(virtualenv.python)
            runs.append({"python": version, "front_end": front_end, "problem": str(error)})
            continue
        runs.append(contract_run(virtualenv.python, front_end))
        virtualenv.pip("uninstall", "--yes", *added)
    return runs


def contract_run(python: str, front_end: str) -> dict[str, Any]:
    """Run the contract's tests of a front end, and import its framework strictly."""
    words = [python, "-m", "pytest", "-q", "tests/contract/gabbits", "-k", front_end,
             "-p", "no:cacheprovider", "-W", "always::DeprecationWarning"]  # fmt: skip
    done = subprocess.run(
        words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=_TIMEOUT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    last = (done.stdout.splitlines() or [""])[-1]
    found = re.findall(r"(\d+) (passed|failed|errors?)", last)
    counts = {word: int(number) for number, word in found}
    return {
        "python": _version(python),
        "front_end": front_end,
        "problem": None if counts else (done.stdout + done.stderr).strip()[-600:],
        "passed": counts.get("passed", 0),
        "failed": counts.get("failed", 0),
        "errors": counts.get("error", 0) + counts.get("errors", 0),
        "warnings": sorted({": ".join(found) for found in _WARNING.findall(done.stdout)}),
        "strict_import": _strict_import(python, front_end),
    }


def _version(python: str) -> str:
    words = [python, "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def _strict_import(python: str, front_end: str) -> str | None:
    """Import the framework with warnings as errors; return the error, or None."""
    strict = ["-W", "error::DeprecationWarning", "-W", "error::SyntaxWarning"]
    with tempfile.TemporaryDirectory() as bytecode:
        # Python warns only when it compiles, so it must not find pip's bytecode.
        done = subprocess.run(
            [python, *strict, "-c", f"import {_MODULES[front_end]}"], check=False,
            capture_output=True, text=True, env={**os.environ, "PYTHONPYCACHEPREFIX": bytecode},
        )  # fmt: skip
    return done.stderr.strip().splitlines()[-1] if done.returncode else None
