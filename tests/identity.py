"""A small identity service: the little of Keystone that auth_token uses, over HTTP."""

import datetime
import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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
