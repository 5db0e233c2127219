"""The packages that each front end needs: really installed into fresh virtualenvs, and counted."""

import re
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from testing.virtualenvs import Virtualenv, requirements

#: The framework of a front end, without the packages that its author added.
FRAMEWORKS = {"falcon": ["falcon"], "pecan": ["pecan", "WSME"]}
_LICENCE_CLASSIFIER = "License :: "
#: Archives of reproducible builds carry a date that means nothing; every release here is newer.
_MEANINGLESS = date(2020, 2, 3)


def measure(quick: bool) -> dict[str, Any]:
    """Install and look.

    :param quick: install only the frameworks alone.
    :raises RuntimeError: when something cannot be installed.
    """
    with tempfile.TemporaryDirectory(prefix="dependencies") as name:
        folder = Path(name)
        wanted = {"framework": FRAMEWORKS}
        if not quick:
            wanted["extra"] = {name: requirements(name) for name in FRAMEWORKS}
        sets = [
            _alone(folder, front_end, scope, packages)
            for scope, each in wanted.items()
            for front_end, packages in each.items()
        ]
        return {"sets": sets if quick else [*sets, *_beyond_core(folder)]}


def _alone(folder: Path, front_end: str, scope: str, wanted: list[str]) -> dict[str, Any]:
    """Install packages where there is nothing else, and look at each of them."""
    virtualenv = Virtualenv(folder / f"{scope}-{front_end}", sys.executable)
    archives = folder / f"{scope}-{front_end}-archives"
    virtualenv.pip("download", "--dest", str(archives), *wanted)
    added = virtualenv.install("--find-links", str(archives), *wanted)
    installed = virtualenv.installed()
    packages = [_package(installed[name], archives) for name in added]
    return {**_counted(front_end, scope, packages), "packages": packages}


def _beyond_core(folder: Path) -> list[dict[str, Any]]:
    """Install the core, and to it the packages of each front end in turn."""
    virtualenv = Virtualenv(folder / "core", sys.executable)
    virtualenv.install(*requirements())
    sets = []
    for front_end in FRAMEWORKS:
        added = virtualenv.install(*requirements(front_end))
        installed = virtualenv.installed()
        packages = [_package(installed[name]) for name in added]
        sets.append(_counted(front_end, "beyond_core", packages))
        if added:
            virtualenv.pip("uninstall", "--yes", *added)
    return sets


def _counted(front_end: str, scope: str, packages: list[dict[str, Any]]) -> dict[str, Any]:
    size = round(sum(package["mb"] for package in packages), 2)
    return {"front_end": front_end, "scope": scope, "count": len(packages), "mb": size}


def _package(distribution: Distribution, archives: Path | None = None) -> dict[str, Any]:
    """Return a package with the size of its installed files, bytecode included."""
    name, version = distribution.metadata["Name"], distribution.version
    found = [Path(str(file.locate())) for file in distribution.files or ()]
    found = [path for path in found if path.is_file()]
    return {
        "name": name,
        "version": version,
        "mb": round(sum(path.stat().st_size for path in found) / 1e6, 3),
        "compiled": any(path.suffix == ".so" for path in found),
        "licence": _licence(distribution),
        "released": _released(archives.iterdir(), name, version) if archives else "",
    }


def _licence(distribution: Distribution) -> str:
    """Return the licence of a package, in the shortest of its forms."""
    metadata: Any = distribution.metadata  # its stub leaves out what email.message.Message has
    classifiers = metadata.get_all("Classifier") or []
    named = [c.rsplit(" :: ", 1)[1] for c in classifiers if c.startswith(_LICENCE_CLASSIFIER)]
    texts = (metadata.get("License-Expression"), ", ".join(named), metadata.get("License"))
    return next((text for text in texts if text and len(text) <= 80), "unknown")


def _released(archives: Iterable[Path], name: str, version: str) -> str:
    """Return the date of the newest file in the archive of a release, or "unknown"."""
    key = _key(f"{name}-{version}")
    for path in archives:
        if re.match(rf"{re.escape(key)}-(py|cp|zip|tar)", _key(path.name)):
            days = sorted(_days(path))
            newer = [day for day in days if day > _MEANINGLESS]
            # The dates in an archive of sources are those of its author.
            known = newer or (days if path.suffix != ".whl" else [])
            return known[-1].isoformat() if known else "unknown"
    return "unknown"


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _days(path: Path) -> list[date]:
    """Return the dates of the files in an archive."""
    if path.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(path) as archive:
            return [date(*entry.date_time[:3]) for entry in archive.infolist()]
    with tarfile.open(path) as archive:
        return [datetime.fromtimestamp(entry.mtime).date() for entry in archive.getmembers()]
