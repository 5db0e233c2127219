import subprocess
import sys
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench import pythons
from testing.processes import ROOT, unmeasured
from testing.virtualenvs import requirements

_BLOCKING = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
import tests.contract.conftest, tests.contract.gabbits.conftest
"""


def _needed(names: list[str]) -> set[str]:
    """Return the distributions that come with some, by their own requirements."""
    todo, found = [Requirement(name) for name in names], set()
    while todo:
        requirement = todo.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in found:
            continue
        found.add(key)
        for line in metadata.requires(requirement.name) or ():
            other = Requirement(line)
            extras = [{"extra": extra} for extra in requirement.extras] or [{"extra": ""}]
            if not other.marker or any(other.marker.evaluate(extra) for extra in extras):
                todo.append(other)
    return {name for name, _ in found}


@pytest.mark.parametrize("front_end", ["falcon", "pecan"])
def test_the_contract_is_tested_with_no_package_beyond_those_that_are_installed(front_end):
    needed = _needed([*requirements(), *requirements(front_end), *pythons.TESTS_NEED])
    absent = {
        module
        for module, names in metadata.packages_distributions().items()
        if not needed & {canonicalize_name(name) for name in names}
    } - {"computeapi", "pip", "tests"}

    done = subprocess.run(
        [sys.executable, "-c", _BLOCKING.format(absent=absent)],
        cwd=ROOT, env=unmeasured(), check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_tests_that_do_not_begin_are_a_problem_of_the_front_end(tmp_path):
    python = tmp_path / "python"
    python.write_text(
        '#!/bin/sh\n[ "$2" = pytest ] && echo no such module >&2 && exit 4\necho 3.11\n'
    )
    python.chmod(0o700)

    run = pythons.contract_run(str(python), "falcon")

    assert run["problem"] == "no such module"
