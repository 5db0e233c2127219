"""A whole Nova in one process, for the comparison and for the differential run.

``whole`` runs in the virtualenv of a released Nova; this module needs the standard library only.
"""

from pathlib import Path
from typing import Any

from testing.processes import ProgramError
from testing.programs import Child

_QUIET = {"OS_TEST_TIMEOUT": "0", "OS_DEBUG": "0"}
#: Ordinary threads: what Nova looks at before it imports anything.
THREADS = {"OS_NOVA_DISABLE_EVENTLET_PATCHING": "true"}
#: The packages of the tests in which a whole Nova runs in one process.
PACKAGES = ("oslotest", "testtools", "fixtures", "wsgi-intercept", "requests-mock", "waitress")


def start(
    python: Path, log: Path, module: str = "testing.nova.whole", on: set[int] | None = None
) -> tuple[Child, dict[str, Any]]:
    """Start a whole Nova; return its process, and its ``port`` and ``image``.

    :param python: of its virtualenv.
    :param on: the cores that it may use; by default all.
    :raises ProgramError: when it does not start.
    """
    child = Child(module, {}, log, python, on, **THREADS, **_QUIET)
    try:
        return child, child.answer()
    except ProgramError:
        child.stop()
        raise
