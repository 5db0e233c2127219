"""What each front end pulls in: packages really installed into fresh virtualenvs, and counted."""

import re
import sys
import tarfile
import tempfile
import zipfile
from datetime import date, datetime
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from bench.virtualenvs import Virtualenv, requirements

#: The framework of a front end, without what its author added to it.
FRAMEWORKS = {"falcon": ["falcon"], "pecan": ["pecan", "WSME"]}
_COMPILED = (".so", ".pyd")
_LICENCE_CLASSIFIER = "License :: "
#: Archives built reproducibly carry a date that means nothing; no release here is older.
_MEANINGLESS = date(2020, 2, 3)
METHOD = (
    "Each set is installed with pip into a new virtualenv that has nothing in it. "
    "Sizes are those of the installed files, bytecode included. "
    "A package counts as compiled when it installs a shared library. "
    "The date of a release is that of the newest file in its archive."
)


def measure(quick: bool) -> dict[str, Any]:
    """Install and look.

    :param quick: only the frameworks alone, not what a front end adds to the whole service.
    :raises RuntimeError: when something cannot be installed.
    """
    with tempfile.TemporaryDirectory(prefix="dependencies") as folder:
        bench = _Bench(Path(folder))
        sets = [bench.alone(name, "framework", wanted) for name, wanted in FRAMEWORKS.items()]
        core = None
        if not quick:
            sets += [bench.alone(name, "extra", requirements(name)) for name in FRAMEWORKS]
            core, beyond = bench.beyond_core()
            sets += beyond
    return {"sets": sets, "core": core, "method": METHOD}


class _Bench:
    """A folder of virtualenvs and of the archives they were installed from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._archives = folder / "archives"
        self._number = 0

    def _virtualenv(self) -> Virtualenv:
        self._number += 1
        return Virtualenv(self._folder / f"venv{self._number}", sys.executable)

    def alone(self, front_end: str, scope: str, wanted: list[str]) -> dict[str, Any]:
        """Install packages where there is nothing else."""
        added = self._add(virtualenv := self._virtualenv(), wanted)
        return self._described(front_end, scope, wanted, virtualenv, added)

    def beyond_core(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Install the core, and to it each front end's packages in turn."""
        virtualenv = self._virtualenv()
        packages = self._add(virtualenv, requirements())
        core = self._described("core", "core", requirements(), virtualenv, packages)
        sets = []
        for front_end in FRAMEWORKS:
            wanted = requirements(front_end)
            added = self._add(virtualenv, wanted)
            sets.append(self._described(front_end, "beyond_core", wanted, virtualenv, added))
            if added:
                virtualenv.pip("uninstall", "--quiet", "--yes", *added)
        return core, sets

    def _add(self, virtualenv: Virtualenv, wanted: list[str]) -> list[str]:
        virtualenv.pip("download", "--quiet", "--dest", str(self._archives), *wanted)
        return virtualenv.install("--find-links", str(self._archives), *wanted)

    def _described(
        self, front_end: str, scope: str, wanted: list[str], virtualenv: Virtualenv,
        names: list[str],
    ) -> dict[str, Any]:  # fmt: skip
        installed = virtualenv.installed()
        packages = [_package(installed[name], self._archives) for name in names]
        return {
            "front_end": front_end,
            "scope": scope,
            "asked": wanted,
            "packages": packages,
            "count": len(packages),
            "mb": round(sum(package["mb"] for package in packages), 2),
            "compiled": sum(1 for package in packages if package["compiled"]),
        }


def _package(distribution: Distribution, archives: Path) -> dict[str, Any]:
    name, version = distribution.metadata["Name"], distribution.version
    paths = [Path(str(file.locate())) for file in distribution.files or ()]
    found = [path for path in paths if path.is_file()]
    return {
        "name": name,
        "version": version,
        "mb": round(sum(path.stat().st_size for path in found) / 1e6, 3),
        "files": len(found),
        "compiled": sum(1 for path in found if path.suffix in _COMPILED),
        "licence": _licence(distribution),
        "released": _released(archives, name, version),
    }


def _licence(distribution: Distribution) -> str:
    """Return what a package says of its licence, the shortest clear way it does."""
    told = distribution.metadata
    classifiers = told.get_all("Classifier") or []
    named = [c.rsplit(" :: ", 1)[1] for c in classifiers if c.startswith(_LICENCE_CLASSIFIER)]
    for text in (told.get("License-Expression"), ", ".join(named), told.get("License")):
        if text and len(text) <= 80 and text != "UNKNOWN":
            return text
    return "unknown"


def _released(archives: Path, name: str, version: str) -> str:
    """Return the date of a release as its archive tells, or "unknown"."""
    key = _key(f"{name}-{version}")
    for path in sorted(archives.iterdir()):
        if _key(path.name).startswith(f"{key}-") or _key(_stem(path)) == key:
            newest = max((day for day in _days(path) if day > _MEANINGLESS), default=None)
            old = max(_days(path), default=None)
            if newest is None and old is not None and path.suffix != ".whl":
                newest = old
            return newest.isoformat() if newest else "unknown"
    return "unknown"


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _stem(path: Path) -> str:
    return re.sub(r"\.(zip|tar\.gz|tar\.bz2|tgz)$", "", path.name)


def _days(path: Path) -> list[date]:
    """Return the dates of the files in an archive."""
    if path.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(path) as archive:
            return [date(*entry.date_time[:3]) for entry in archive.infolist()]
    with tarfile.open(path) as archive:
        return [datetime.fromtimestamp(entry.mtime).date() for entry in archive.getmembers()]
