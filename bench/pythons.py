"""Which Python versions each front end really runs on: its contract tests, run under each."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.virtualenvs import REPOSITORY, Here, Virtualenv, requirements

CANDIDATES = ("3.11", "3.12", "3.13", "3.14")
#: What is imported to see whether an import alone warns.
MODULES = {"falcon": ("falcon",), "pecan": ("pecan", "wsme", "wsmeext.pecan", "webob")}
_TESTS_NEED = ("gabbi", "hypothesis", "pytest")
_COPIED = ("computeapi", "etc", "tests", "pyproject.toml", "setup.cfg", "README.md", "LICENSE")
_PATIENCE = 900  # seconds, for the tests of a front end
METHOD = (
    "For each interpreter found, the service, the packages of the extra and the contract's tests "
    "are put into a new virtualenv and the tests of that front end run. Warnings of deprecation "
    "are those that Python raised meanwhile, by the package whose code raised them; last, the "
    "framework is imported with such warnings made errors."
)
QUICK_METHOD = (
    "In this quick run the contract's tests of each front end ran where the comparison itself "
    "runs, with the one interpreter there, and both front ends' packages beside each other. "
    + METHOD[METHOD.index("Warnings") :]
)


def measure(quick: bool) -> dict[str, Any]:
    """Run the contract's tests of both front ends.

    :param quick: only under the interpreter that runs this, with what is installed there.
    :raises LookupError: when the packages that the tests need are not there (quick only).
    """
    found = {} if quick else interpreters()
    absent = [] if quick else [one for one in CANDIDATES if not _has(found, one)]
    runs = []
    with tempfile.TemporaryDirectory(prefix="pythons") as temporary:
        folder = Path(temporary)
        service = folder / "service"
        _copy(service)
        if quick:
            runs = _here(folder, service)
        ordered = sorted(found.items(), key=lambda item: _key(item[0]))
        with ThreadPoolExecutor() as pool:
            each = pool.map(lambda one: _under(*one, folder, service), ordered)
            runs += [run for some in each for run in some]
    return {"runs": runs, "absent": absent, "method": QUICK_METHOD if quick else METHOD}


def interpreters() -> dict[str, str]:
    """Return the interpreters on this machine, newest of each minor version: version -> path."""
    paths = [shutil.which(f"python{candidate}") for candidate in CANDIDATES]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    paths += [str(path) for path in root.glob("versions/3.*/bin/python3")]
    found: dict[str, str] = {}
    for path in filter(None, [sys.executable, *paths]):
        version = _version(path)
        if version is not None and not _has(found, _minor(version)):
            found[version] = path
    return {v: path for v, path in found.items() if _minor(v) in CANDIDATES}


def _version(python: str) -> str | None:
    """Return the version of an interpreter, or None when it does not run or cannot make venvs."""
    code = "import ensurepip, platform; print(platform.python_version())"
    done = subprocess.run([python, "-c", code], check=False, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _has(found: dict[str, str], minor: str) -> bool:
    return any(_minor(version) == minor for version in found)


def _copy(service: Path) -> None:
    """Copy the service, so that no interpreter leaves anything in the source."""
    service.mkdir()
    for name in _COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(source, service / name, ignore=ignored)
        else:
            shutil.copy(source, service / name)


def _under(version: str, python: str, folder: Path, service: Path) -> list[dict[str, Any]]:
    """Run both front ends under an interpreter; say why where one cannot be installed."""
    runs = []
    virtualenv = Virtualenv(folder / version, python, pip=None)
    virtualenv.install("--no-compile", *requirements(), *_TESTS_NEED)
    for front_end in MODULES:
        told = {"python": version, "front_end": front_end}
        try:
            added = virtualenv.install("--no-compile", *requirements(front_end))
        except RuntimeError as error:
            runs.append({**told, "problem": str(error)})
            continue
        runs.append({**told, "problem": None, **_run(virtualenv, front_end, folder, service)})
        virtualenv.pip("uninstall", "--quiet", "--yes", *added)
    return runs


def _here(folder: Path, service: Path) -> list[dict[str, Any]]:
    """Run both front ends where this runs.

    :raises LookupError: when the packages that the tests need are not there.
    """
    here = Here()
    missing = set(_TESTS_NEED) - set(here.installed())
    if missing:
        raise LookupError(f"The contract's tests need {', '.join(sorted(missing))}")
    told = {"python": _version(here.python), "problem": None}
    with ThreadPoolExecutor() as pool:
        each = pool.map(lambda one: _run(here, one, folder, service), MODULES)
        return [{**told, "front_end": one, **run} for one, run in zip(MODULES, each, strict=True)]


def _run(
    virtualenv: Virtualenv | Here, front_end: str, folder: Path, service: Path
) -> dict[str, Any]:
    results = Path(tempfile.mkdtemp(dir=folder)) / "results.json"
    paths = [str(Path(__file__).parent / "pytest_plugin"), str(service)]
    done = subprocess.run(
        [virtualenv.python, "-m", "pytest", "-q", "tests/contract", "-k", front_end,
         "-p", "record_warnings", "-p", "no:cacheprovider",
         "-W", "always::DeprecationWarning", "-W", "always::PendingDeprecationWarning"],
        cwd=service, check=False, capture_output=True, text=True, timeout=_PATIENCE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "WARNINGS_FILE": str(results)},
    )  # fmt: skip
    if not results.exists():
        return {"problem": (done.stdout + done.stderr).strip()[-600:]}
    told = json.loads(results.read_text())
    distributions = virtualenv.installed()
    return {
        **told,
        "versions": {n: distributions[n].version for n in _NAMES[front_end] if n in distributions},
        "strict_import": _strict_import(virtualenv, front_end, folder),
    }


_NAMES = {"falcon": ("falcon", "fastjsonschema"), "pecan": ("pecan", "wsme", "webob")}


def _strict_import(virtualenv: Virtualenv | Here, front_end: str, folder: Path) -> str | None:
    """Import the framework with warnings as errors; return the error, if there is one."""
    code = "import " + ", ".join(MODULES[front_end])
    strict = ["-W", "error::DeprecationWarning", "-W", "error::SyntaxWarning"]
    # Elsewhere than pip's bytecode, so that Python compiles anew and warns of what it reads.
    bytecode = tempfile.mkdtemp(dir=folder)
    done = subprocess.run(
        [virtualenv.python, *strict, "-c", code], check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPYCACHEPREFIX": bytecode},
    )  # fmt: skip
    return done.stderr.strip().splitlines()[-1] if done.returncode else None
