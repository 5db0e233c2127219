"""A small network service, over HTTP: the little of Neutron that this service uses.

A small Keystone is beside it. A caller's token is ``user:project:roles``, as the tests of the
contract have it; the service's own is got by its password.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.neutron_store import SINGULAR, NetworkStore, Refused

SERVICE = "service-token"


class Neutron(NetworkStore):
    """The networks of a cloud, served over HTTP."""

    def __init__(self):
        handler = type("Handler", (_Handler,), {"neutron": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.options = {
            "endpoint": self.url,
            "auth_url": f"{self.url}/identity/v3",
            "password": "secret",
        }
        self.lock = threading.RLock()
        self.reset()

    def start(self):
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self.close()

    def close(self):
        """Free the port of one that was not started."""
        self._server.server_close()

    def answer(self, method, path, query, body, project):
        """Answer a request: return the status and the document.

        :param project: of the caller; None for the service itself.
        """
        with self.lock:
            self.asked.append((method, path))
            try:
                if self.status:
                    raise Refused(self.status, "Broken", "as the test wants it")
                top, _, name = path.removeprefix("/").partition("/")
                status = {"POST": 201, "DELETE": 204}.get(method, 200)
                return status, self._answer(method, (top, name), query, body, project)
            except Refused as refused:
                told = {"type": refused.kind, "message": str(refused), "detail": ""}
                return refused.status, {"NeutronError": told}

    def _answer(self, method, path, query, body, project):
        top, name = path
        if top in SINGULAR:
            return self._thing(method, path, query, body, project)
        if top == "quotas":
            return {"quota": {"port": self.quota(name.partition("/")[0])}}
        if top == "extensions":
            return {"extensions": [{"alias": one} for one in sorted(self.extensions)]}
        return {"auto_allocated_topology": {"id": self.allocated(name)}}

    def _thing(self, method, path, query, body, project):
        (top, name), kind = path, SINGULAR[path[0]]
        if method == "POST":
            owner = {} if project is None else {"project_id": project}
            return {kind: self._whole(top, self.create(top, {**body[kind], **owner}))}
        if method != "GET" and project is not None:
            self._require_own(top, name, project)
        if method == "PUT":
            return {kind: self._whole(top, self.change(top, name, body[kind]))}
        if method == "DELETE":
            return self.remove(top, name)
        if not name:
            return {top.replace("-", "_"): self.found(top, query, project)}
        (found,) = self.found(top, [("id", name)], project) or [self._one(top, "")]
        return {kind: found}

    def _require_own(self, path, name, project):
        if self._one(path, name)["project_id"] != project:
            self._one(path, "")


class _Handler(BaseHTTPRequestHandler):
    neutron: Neutron
    #: An answer is one packet, on a connection that stays.
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, *arguments):
        """Keep quiet."""

    def send(self, status, document, **headers):
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return json.loads(content) if content else None

    def do_GET(self):
        self.answer()

    do_PUT = do_DELETE = do_GET

    def do_POST(self):
        if self.path.startswith("/identity"):
            self.body()
            token = {"expires_at": "2999-01-01T00:00:00.000000Z", "methods": ["password"]}
            self.send(201, {"token": token}, X_Subject_Token=SERVICE)
        else:
            self.answer()

    def answer(self):
        if self.path.startswith("/identity"):
            link = {"rel": "self", "href": f"{self.neutron.url}/identity/v3/"}
            self.send(200, {"version": {"id": "v3.14", "status": "stable", "links": [link]}})
            return
        body = self.body()
        url = urlsplit(self.path)
        token = self.headers["X-Auth-Token"]
        project = None if token == SERVICE else token.split(":")[1]
        path = url.path.removeprefix("/v2.0")
        self.send(*self.neutron.answer(self.command, path, parse_qsl(url.query), body, project))
