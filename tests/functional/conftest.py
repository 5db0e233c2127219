"""A small identity service, the filter in front of an application, and clocks to set."""

import datetime
import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import keystoneauth1._utils
import pytest

from computeapi.filters import auth_token, token_cache

_ROLES = ("member", "reader")


def _token(expires=None, **more):
    """Return what Keystone tells of a token: of a project, unless told otherwise."""
    domain = {"id": "default", "name": "Default"}
    expires = expires or datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    user = {"id": uuid.uuid4().hex, "name": "demo", "domain": domain, "password_expires_at": None}
    project = {"id": uuid.uuid4().hex, "name": "demo", "domain": domain}
    told = {
        "methods": ["password"],
        "audit_ids": ["3T2dc1CGQxyJsHdDu1xkcw"],
        "issued_at": "2026-01-01T00:00:00.000000Z",
        "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "is_domain": False,
        "user": user,
        "project": project,
        "roles": [{"id": uuid.uuid4().hex, "name": name} for name in _ROLES],
        **more,
    }
    return {name: value for name, value in told.items() if value is not None}


class Keystone:
    """The little of the Identity API that auth_token uses, over HTTP."""

    def __init__(self):
        self.tokens = {}
        #: the tokens that it was asked about
        self.asked = []
        #: called before a token is looked at
        self.before = lambda: None
        #: the status of its answer to a token that it does not know
        self.refuses = 404
        handler = type("Handler", (_Handler,), {"keystone": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_port}/v3"

    def issue(self, expires=None, **more):
        """Return a new token. What is None is left out of what is told of it."""
        name = f"gAAAAA{uuid.uuid4().hex}"
        self.tokens[name] = _token(expires, **more)
        return name

    def revoke(self, token):
        del self.tokens[token]

    @property
    def options(self):
        return {
            "auth_type": "password", "username": "u", "password": "p", "auth_url": self.url,
            "project_name": "service", "user_domain_id": "default",
            "project_domain_id": "default", "www_authenticate_uri": self.url,
        }  # fmt: skip

    @property
    def catalog(self):
        public = {"id": "1", "region": "r", "region_id": "r", "url": self.url}
        ends = [{**public, "interface": name} for name in ("public", "internal")]
        return [
            {"id": "i", "type": "identity", "name": "keystone", "endpoints": ends},
            {"id": "c", "type": "compute", "name": "computeapi", "endpoints": ends},
        ]

    def serve(self):
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    keystone: Keystone
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one packet

    def do_GET(self):
        token = self.headers.get("X-Subject-Token")
        if token is None:
            links = [{"rel": "self", "href": self.keystone.url}]
            version = {"id": "v3.14", "status": "stable", "links": links}
            return self._answer(200, {"version": version})
        self.keystone.before()
        self.keystone.asked.append(token)
        found = self.keystone.tokens.get(token)
        return self._answer(
            *((200, {"token": found}) if found else (self.keystone.refuses, {"error": {}}))
        )

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        told = _token(catalog=self.keystone.catalog, roles=[{"id": "s", "name": "service"}])
        return self._answer(201, {"token": told}, ("X-Subject-Token", "the-service"))

    def _answer(self, status, document, *headers):
        body = json.dumps(document).encode()
        self.send_response(status)
        length = ("Content-Length", str(len(body)))
        for name, value in (("Content-Type", "application/json"), length, *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def keystone():
    service = Keystone()
    service.serve()
    yield service
    service.close()


class Guarded:
    """The filter in front of an application that notes the environ it is given."""

    def __init__(self, conf):
        self.seen = None
        self.status = "200 OK"
        self.app = auth_token.filter_factory({}, **conf)(self._inner)

    def _inner(self, environ, start_response):
        self.seen = environ
        start_response(self.status, [("Content-Type", "text/plain")])
        return [str(environ.get("HTTP_X_USER_ID")).encode()]

    def ask(self, token=None, path="/v2.1/servers", **environ):
        """Send a request; return its status, headers and body."""
        answer = {}

        def start(status, headers, exc_info=None):
            answer.update(status=int(status.split()[0]), headers=dict(headers))

        base = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(), "wsgi.errors": BytesIO(),
        }  # fmt: skip
        if token is not None:
            base["HTTP_X_AUTH_TOKEN"] = token
        body = b"".join(self.app({**base, **environ}, start))
        return answer["status"], answer["headers"], body

    def identity(self):
        """Return what the application was told of the caller."""
        names = auth_token.IDENTITY_HEADERS & self.seen.keys()
        return {name: self.seen[name] for name in names}


@pytest.fixture(scope="module")
def guard(keystone, tmp_path_factory):
    """Make a filter; options of auth_token, and ours, are keyword arguments."""

    def make(**conf):
        file = tmp_path_factory.mktemp("guard") / "computeapi.conf"
        lines = (f"{name} = {value}" for name, value in keystone.options.items())
        file.write_text("\n".join(["[keystone_authtoken]", *lines]))
        defaults = {"include_service_catalog": "false", "http_request_max_retries": "0"}
        where = {"oslo_config_project": "computeapi", "oslo_config_file": str(file)}
        return Guarded({**defaults, **where, **conf})

    return make


@pytest.fixture
def middleware(monkeypatch):
    """The requests that auth_token itself has looked at."""
    looked = []
    process = auth_token.AuthProtocol.process_request

    def counted(self, request):
        looked.append(request.path)
        return process(self, request)

    monkeypatch.setattr(auth_token.AuthProtocol, "process_request", counted)
    return looked


class Clocks:
    """The wall clock and the steady one, standing still."""

    def __init__(self):
        self.wall = 1_800_000_000.0
        self.steady = 5_000.0

    def advance(self, seconds):
        self.wall += seconds
        self.steady += seconds

    def utc(self, seconds=0.0):
        return datetime.datetime.fromtimestamp(self.wall + seconds, datetime.UTC)


@pytest.fixture
def clocks(monkeypatch):
    """Clocks in place of the filter's and auth_token's."""
    stopped = Clocks()
    monkeypatch.setattr(token_cache, "time", lambda: stopped.wall)
    monkeypatch.setattr(token_cache, "monotonic", lambda: stopped.steady)

    def from_utcnow(seconds=0):
        return stopped.utc(seconds).replace(tzinfo=None)

    monkeypatch.setattr(keystoneauth1._utils, "from_utcnow", from_utcnow)
    return stopped
