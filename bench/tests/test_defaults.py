"""The frameworks do by default what ``defaults.toml`` says of them; each is asked itself."""

import io
import sys
import tomllib

import falcon
import pecan
import pytest
import wsme.types
from pecan.rest import RestController
from wsmeext.pecan import wsexpose

from bench import ease


class _Thing(wsme.types.Base):
    number = int
    text = str
    uuid = wsme.types.UuidType()


class _Holder(wsme.types.Base):
    thing = _Thing


class _Things(RestController):
    @wsexpose(str, str)
    def get_one(self, server_id):
        if server_id == "broken":
            raise RuntimeError("not for callers")
        return f"shown {server_id}"

    @wsexpose(str, str)
    def delete(self, server_id):
        return f"deleted {server_id}"

    @wsexpose(str, body=_Thing)
    def post(self, body):
        return f"{body.number!r} {body.text!r} {body.uuid!r}"


class _Holders(RestController):
    @wsexpose(str, body=_Holder)
    def post(self, body):
        return repr(body.thing)


class _Root:
    servers = _Things()
    holders = _Holders()

    @pecan.expose()
    def index(self):
        return "root"


class _Resource:
    def on_get(self, req, resp):
        resp.media = req.params

    def on_post(self, req, resp):
        resp.media = req.media


_JSON = "application/json"
#: name -> method, path, body, Content-Type, Accept
_FALCON = {
    "slash": ("GET", "/servers/"),
    "options": ("OPTIONS", "/servers"),
    "media-type": ("POST", "/servers", "{}", "text/plain"),
    "errors": ("DELETE", "/servers"),
    "query": ("GET", "/servers?one=1&two=1&two=2"),
}
_PECAN = {
    "override": ("DELETE", "/servers/A?server_id=B"),
    "secret": ("GET", "/servers/broken"),
    "xml": ("POST", "/servers", "<body><number>1</number></body>", "text/xml", "text/xml"),
    "attribute": ("GET", "/servers/__class__"),
    "item-post": ("POST", "/servers/A", '{"number": 1}'),
    "extension": ("GET", "/servers/key.json"),
    "canonical": ("POST", "", "{}"),
    "accept": ("GET", "/servers/A", "", _JSON, "image/png"),
    "deep": ("POST", "/servers", '{"text": ' + "[" * 100_000),
    "list": ("POST", "/holders", '{"thing": [1]}'),
    "int": ("POST", "/servers", '{"number": true}'),
    "utf8": ("GET", "/servers/\xff"),
}


@pytest.fixture(scope="module")
def apps():
    api = falcon.App()
    api.add_route("/servers", _Resource())
    return {"falcon": api, "pecan": pecan.make_app(_Root(), debug=False)}


_DEFAULTS = tomllib.loads(ease.DEFAULTS.read_text())
_SHOWN = [
    (name, probe, shows)
    for name, entries in _DEFAULTS.items()
    for _, probe, shows, _ in entries
    if probe
]


@pytest.mark.parametrize(("name", "probe", "shows"), _SHOWN)
def test_a_framework_does_by_default_what_is_said_of_it(apps, name, probe, shows):
    request = {"falcon": _FALCON, "pecan": _PECAN}[name][probe]
    assert shows in _seen(apps[name], *request)


def test_every_probe_shows_something():
    assert {probe for _, probe, _ in _SHOWN} == {*_FALCON, *_PECAN}
    assert {one[0] for entries in _DEFAULTS.values() for one in entries} == {
        "safety", "contract", "speed",
    }  # fmt: skip


def _seen(app, method, path, body="", kind=_JSON, accept=_JSON):
    """Return a request and its outcome in a line."""
    environ = _environ(method, path, body.encode(), kind, accept)
    answers = []
    shown = body if len(body) < 60 else f"{body[:20]}…"
    asked = f"{method} {path or '(no path)'} {shown}".strip()
    try:
        chunks = app(environ, lambda status, headers, *_: answers.append((status, dict(headers))))
        text = b"".join(chunks).decode("utf-8", "replace")
    except Exception as error:
        return f"{asked} → raises {type(error).__name__}"
    status, headers = answers[-1]
    allow = f" Allow: {headers['allow']}" if "allow" in headers else ""
    return f"{asked} → {status}{allow} {' '.join(text.split())[:110]}".strip()


def _environ(method, path, body, kind, accept):
    place, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": place, "QUERY_STRING": query,
        "SERVER_NAME": "probe", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "HTTP_ACCEPT": accept,
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0), "wsgi.multithread": False, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }  # fmt: skip
