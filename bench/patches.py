"""Copies of a framework with patches of ``doc/upstream``, for the variants and tests that want one.

The service never uses such a copy. The patch files are applied as they stand, so the comparison
measures what is proposed upstream.
"""

import importlib.util
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from testing.processes import ROOT

FOLDER = ROOT / "doc" / "upstream"


def copy(names: Iterable[str], folder: Path) -> Path:
    """Put a patched copy of a framework into a folder, to stand in front of it in ``sys.path``.

    :param names: of the patch files, without the suffix; the first word is the framework.
    :return: the folder of the copied package.
    :raises subprocess.CalledProcessError: when a patch does not fit the installed release.
    """
    paths = [(FOLDER / f"{name}.patch").resolve() for name in names]
    package = paths[0].name.partition("-")[0]
    spec = importlib.util.find_spec(package)
    assert spec is not None
    target = folder / package
    shutil.copytree(Path(str(spec.origin)).parent, target, ignore=shutil.ignore_patterns("*.pyc"))
    # Of Falcon's patches, the tests are for files that a release does not install.
    for path in paths:
        words = ["git", "apply", f"--include={package}/*", str(path)]
        subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True)
    return target
