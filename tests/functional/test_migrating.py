"""From Pecan to Falcon resource by resource, and back, by the paste file and nothing else.

That callers do not notice is what the YAML files show: they run on ``migrating`` as well.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import falcon
import pytest

from computeapi import conf as configuration
from computeapi import db
from computeapi.cmd import paste
from computeapi.filters.by_path import ByPath
from computeapi.pecan_impl.app import Application

SHIPPED = Path(__file__).parents[2] / "etc" / "api-paste.ini"
#: As they are shipped: what has moved already.
STEP = "/ = pecan\n/v2.1/flavors = falcon\n"
PATHS = {"flavors": "/v2.1/flavors", "servers": "/v2.1/servers/detail", "limits": "/v2.1/limits",
         "version": "/v2.1/"}  # fmt: skip


@pytest.fixture
def answered_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, str]]:
    """Return what tells, for the lines of a composite, which framework answers for what."""
    seen: list[str] = []

    def watch(kind: type, name: str) -> None:
        call = kind.__call__

        def watched(self: Any, *args: Any) -> Any:
            seen.append(name)
            return call(self, *args)

        monkeypatch.setattr(kind, "__call__", watched)

    watch(falcon.App, "falcon")
    watch(Application, "pecan")
    (tmp_path / "images").mkdir()
    file = tmp_path / "computeapi.conf"
    file.write_text(f"[DEFAULT]\nstate_path = {tmp_path}\n[images]\nbackend = folder\n")
    db.sync(configuration.load([str(file)]))

    def ask(composite: str) -> dict[str, str]:
        text = SHIPPED.read_text()
        assert STEP in text
        assert "use = egg:computeapi#auth_token\n" in text
        text = text.replace(STEP, composite).replace("computeapi#auth_token", "computeapi#noauth")
        (tmp_path / "api-paste.ini").write_text(text)
        app = paste.load_app(configuration.load([str(file)]), "migrating")
        found = {}
        for resource, path in PATHS.items():
            seen.clear()
            assert _get(app, path) == "200 OK"
            [found[resource]] = seen
        return found

    return ask


def _get(app: Any, path: str) -> str:
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_X_AUTH_TOKEN": "alice:p1:member,reader"}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    body = b"".join(app(environ, lambda status, *_: statuses.append(status)))
    assert json.loads(body)
    return statuses[0]


def test_the_shipped_example_has_flavors_on_falcon(answered_by):
    assert answered_by(STEP) == {
        "flavors": "falcon", "servers": "pecan", "limits": "pecan", "version": "pecan",
    }  # fmt: skip


def test_each_step_is_a_line(answered_by):
    assert answered_by(f"{STEP}/v2.1/servers = falcon\n") == {
        "flavors": "falcon", "servers": "falcon", "limits": "pecan", "version": "pecan",
    }  # fmt: skip
    assert set(answered_by("/ = falcon\n").values()) == {"falcon"}


def test_it_goes_the_other_way_as_well(answered_by):
    assert answered_by("/ = falcon\n/v2.1/servers = pecan\n") == {
        "flavors": "falcon", "servers": "pecan", "limits": "falcon", "version": "falcon",
    }  # fmt: skip


def _named(name: str) -> Callable[..., list[bytes]]:
    return lambda environ, start_response: [f"{name} {environ['PATH_INFO']}".encode()]


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("/a", "a"),
        ("/a/", "a"),
        ("/a/b", "a"),
        ("/a/bc", "abc"),
        ("/a/bc/d", "abc"),
        ("/a/bcd", "a"),
        ("/ab", "other"),
        ("//a", "other"),
        ("/", "other"),
        ("", "other"),
    ],
)
def test_the_longest_path_counts_and_stays_whole(path, answers):
    app = ByPath({"/a": _named("a"), "/": _named("other"), "/a/bc/": _named("abc")})
    assert b"".join(app({"PATH_INFO": path}, lambda *_: None)).decode() == f"{answers} {path}"


def test_every_path_leads_somewhere():
    with pytest.raises(ValueError, match="for /"):
        ByPath({"/a": _named("a")})
