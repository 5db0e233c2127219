"""A pytest plugin: writes the outcome and the warnings of deprecation to WARNINGS_FILE.

It runs in a virtualenv that has neither this package nor anything but what the tests need.
"""

import json
import os
import time
import warnings
from collections import Counter
from pathlib import Path

import pytest

_FOUND: Counter[tuple[str, str, str]] = Counter()
_OUTCOMES: Counter[str] = Counter()
_BEGAN = time.monotonic()


def pytest_warning_recorded(warning_message: warnings.WarningMessage) -> None:
    """Note a warning by the package that raised it."""
    if issubclass(warning_message.category, (DeprecationWarning, PendingDeprecationWarning)):
        sentence = " ".join(str(warning_message.message).split())[:200]
        _FOUND[_package(warning_message.filename), warning_message.category.__name__, sentence] += 1


def _package(filename: str) -> str:
    """Return the package of a file, be it in a virtualenv, in this project or in Python itself."""
    parts = Path(filename).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    for own in ("computeapi", "tests"):
        if own in parts:
            return own
    return "Python"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count an outcome."""
    if report.when == "call" or report.outcome != "passed":
        _OUTCOMES["error" if report.failed and report.when != "call" else report.outcome] += 1


def pytest_sessionfinish() -> None:
    """Write what was found."""
    found = [
        {"package": package, "category": category, "message": message, "count": count}
        for (package, category, message), count in sorted(_FOUND.items())
    ]
    told = {
        "passed": _OUTCOMES["passed"],
        "failed": _OUTCOMES["failed"],
        "errors": _OUTCOMES["error"],
        "skipped": _OUTCOMES["skipped"],
        "seconds": round(time.monotonic() - _BEGAN, 1),
        "warnings": found,
    }
    Path(os.environ["WARNINGS_FILE"]).write_text(json.dumps(told))
