"""Runs tests of Tempest; runs in the virtualenv that has it.

``python -m conformance.tempest.runner CONFIG PATTERN`` writes a JSON object a line to the standard
output: ``test``, ``outcome`` (passed, failed or skipped) and ``reason``.
"""

import importlib.util
import json
import os
import re
import sys
import traceback
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any


class Reporter(unittest.TestResult):
    """Writes down the outcome of each test.

    :param out: where to write.
    """

    def __init__(self, out: IO[str]) -> None:
        super().__init__()
        self._out = out
        self._reported: set[str] = set()

    def _report(self, test: Any, outcome: str, reason: str = "") -> None:
        name = re.sub(r"\[.*\]", "", test.id())
        # A test whose clean-up fails as well has failed once.
        if name not in self._reported:
            self._reported.add(name)
            line = {"test": name, "outcome": outcome, "reason": reason}
            self._out.write(json.dumps(line) + "\n")
            self._out.flush()

    def addSuccess(self, test: Any, details: Any = None) -> None:
        """Note a test that passed."""
        self._report(test, "passed")

    def addSkip(self, test: Any, reason: str = "", details: Any = None) -> None:
        """Note a test, or a class of tests, that was skipped."""
        if details and "reason" in details:
            reason = details["reason"].as_text()
        self._report(test, "skipped", reason)

    def addError(self, test: Any, err: Any = None, details: Any = None) -> None:
        """Note a test, or a class of tests, that failed."""
        if err is not None:
            reason = "".join(traceback.format_exception(*err))
        else:
            wanted = (text.as_text() for name, text in details.items() if "traceback" in name)
            reason = "\n".join(wanted)
        self._report(test, "failed", reason)

    addFailure = addError


def _tests(suite: Any) -> Iterator[Any]:
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _tests(test)
        else:
            yield test


def main() -> None:
    """Run the tests whose names match."""
    config, pattern = Path(sys.argv[1]), re.compile(sys.argv[2])
    os.environ["TEMPEST_CONFIG_DIR"] = str(config.parent)
    os.environ["TEMPEST_CONFIG"] = config.name
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    spec = importlib.util.find_spec("tempest")
    assert spec is not None
    root = Path(str(spec.origin)).parent
    found = unittest.TestLoader().discover(
        str(root / "api" / "compute"), top_level_dir=str(root.parent)
    )
    chosen = [test for test in _tests(found) if pattern.search(test.id())]
    unittest.TestSuite(chosen).run(Reporter(out))


if __name__ == "__main__":
    main()
