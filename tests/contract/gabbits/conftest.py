"""Collects the YAML files: each is a sequence of requests, run on every front end.

Those with a request that the other front end answers in the middle of a migration run there as
well, without coverage.

A file begins with an empty cloud; see ``Cloud`` in ``clouds.py`` one folder up for what there is
in it, and ``Controls`` in ``controls.py`` for the requests below ``/-/``. Two keys are ours:
``response_keys`` and ``response_promises``.
"""

import re
import unittest
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from gabbi import suitemaker
from gabbi.handlers import RESPONSE_HANDLERS
from gabbi.handlers.base import ResponseHandler
from gabbi.handlers.jsonhandler import JSONHandler

from computeapi.api import faults
from computeapi.api.versions import MAX
from tests import fast_yaml
from tests.watching import unwatched

_REQUEST_ID = re.compile(r"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: A request that not the first front end answers in the middle of a migration.
_MOVED = re.compile(r"/v2(\.1)?(/[^/\s]+)?/(flavors|limits)")
#: What no front end answers itself.
_FROM_THE_FILTERS = (401, 413)


class Keys(ResponseHandler):
    """``response_keys``: JSON path -> the keys that the object there has, all of them."""

    test_key_suffix = "keys"
    test_key_value: dict[str, list[str]] = {}

    def action(self, test: Any, item: str, value: Any = None) -> None:
        """Check one object, or every object of a list."""
        found = JSONHandler.extract_json_path_value(test.response_data, item)
        for one in found if isinstance(found, list) else [found]:
            assert sorted(value) == sorted(one), f"keys of {item}"


class Promises(ResponseHandler):
    """The rules for every response, except those that ``response_promises`` lists.

    ``unversioned``: no microversion answered. ``empty``: there is no body.
    """

    test_key_suffix = "promises"
    test_key_value: list[str] = []

    def __call__(self, test: Any) -> None:
        """Check a response."""
        if test.url.startswith("/-/"):
            return
        response, status = test.response, int(test.response["status"])
        told = test.test_data["response_promises"]
        assert re.search(_REQUEST_ID, response["x-openstack-request-id"])
        assert response["x-openstack-request-id"] == response["x-compute-request-id"]
        if "empty" in told:
            assert not test.output
        else:
            assert re.search(r"^application/json(; *charset=.*)?$", response["content-type"])
        if status >= 400 and test.test_data["method"] != "HEAD":
            self._check_fault(test, status)
        if "unversioned" not in told and status not in _FROM_THE_FILTERS:
            self._check_version(test)

    @staticmethod
    def _check_fault(test: Any, status: int) -> None:
        name = faults.NAMES.get(status, "computeFault")
        assert [name] == list(test.response_data)
        assert sorted(test.response_data[name]) == ["code", "message"]
        assert status == test.response_data[name]["code"]
        assert re.search(r"\w", test.response_data[name]["message"])

    @staticmethod
    def _check_version(test: Any) -> None:
        sent = {k.lower(): v for k, v in test.test_data["request_headers"].items()}
        asked = sent.get("openstack-api-version", "compute 2.1").removeprefix("compute ")
        version = asked.replace("latest", str(MAX))
        assert f"compute {version}" == test.response["openstack-api-version"]
        assert version == test.response["x-openstack-nova-api-version"]
        vary = [v.strip().lower() for v in test.response["vary"].split(",")]
        assert "openstack-api-version" in vary
        assert "x-openstack-nova-api-version" in vary


class _Raising(unittest.TestResult):
    """Keeps what a case raised."""

    error: BaseException | None = None

    def _note(self, test: unittest.TestCase, error: Any) -> None:
        self.error = error[1]

    addError = addFailure = _note


class Gabbit(pytest.File):
    """A YAML file."""

    def collect(self) -> Iterator["Sequence"]:
        """Yield its sequence for each front end."""
        for front_end in self.config.pluginmanager.get_plugin("clouds").front_ends:
            if front_end != "migrating" or _MOVED.search(self.path.read_text()):
                yield Sequence.from_parent(self, name=front_end)


class Sequence(pytest.Collector):
    """The cases of a file on one front end."""

    def collect(self) -> Iterator["Case"]:
        """Yield the cases."""
        handlers = [kind() for kind in (JSONHandler, Keys, Promises, *RESPONSE_HANDLERS)]
        suite = suitemaker.test_suite_from_dict(
            unittest.TestLoader(), self.name, fast_yaml.load(_written_out(self.parent.path)),
            str(self.parent.path.parent), "compute.example", 8774, None, lambda: self._answer,
            handlers=handlers,
        )  # fmt: skip
        for case in suite:
            yield Case.from_parent(self, name=case.test_data["name"], case=case)

    def setup(self) -> None:
        """Empty the cloud."""
        cloud = self.config.pluginmanager.get_plugin("clouds").of(self.name)
        cloud.reset()
        self._app = cloud.app

    def _answer(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        # httpx hands the path on as text; PEP 3333 wants its bytes, as Latin-1.
        environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")
        return self._app(environ, start_response)


def _written_out(path: Path) -> str:
    """Read a file in which ``<a*5>`` stands for ``aaaaa``.

    ``<MAX>`` stands for the newest microversion, and ``<TOO NEW>`` for the one after it.
    """
    text = path.read_text().replace("<MAX>", str(MAX)).replace("<TOO NEW>", str(MAX.next))
    return re.sub(r"<([\w\[\]])\*(\d+)>", lambda m: m[1] * int(m[2]), text)


class Case(pytest.Item):
    """One request and what must come of it."""

    def __init__(self, case: unittest.TestCase, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._case = case

    def runtest(self) -> None:
        """Make the request."""
        result = _Raising()
        with unwatched() if self.parent.name == "migrating" else nullcontext():
            self._case.run(result)
        if result.error is not None:
            raise result.error

    def repr_failure(self, excinfo: pytest.ExceptionInfo, style: Any = None) -> Any:
        """Show what differs, without the way there."""
        if isinstance(excinfo.value, AssertionError):
            data = self._case.test_data
            return f"{data['method']} {data['url']}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the case."""
        return self.path, None, f"{self.parent.name}: {self.name}"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Gabbit | None:
    """Take the YAML files."""
    if file_path.suffix == ".yaml":
        return Gabbit.from_parent(parent, path=file_path)
    return None
