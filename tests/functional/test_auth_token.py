"""auth_token in front of the API when Keystone is in trouble."""

import json
import socket
import threading
import time
from io import BytesIO

import pytest

from computeapi.filters import auth_token, request_id


def call(app, path="/v2.1/servers", **environ):
    """Send a GET through a WSGI application; return its status, headers and body."""
    seen = {}

    def start_response(status, headers, exc_info=None):
        seen["status"] = int(status.split()[0])
        seen["headers"] = {name.lower(): value for name, value in headers}

    base = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    body = b"".join(app({**base, **environ}, start_response))
    return seen["status"], seen["headers"], body


def passed(environ, start_response):
    """Stand behind the filters."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ.get("HTTP_X_USER_ID", "nobody").encode()]


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@pytest.fixture
def silent_port():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        connections = []

        def accept():
            while True:
                try:
                    connections.append(sock.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield sock.getsockname()[1]
        for connection in connections:
            connection.close()


def pipeline(port, tmp_path):
    """Put auth_token in front, told to wait a second at most."""
    conf = tmp_path / "computeapi.conf"
    url = f"http://127.0.0.1:{port}/v3"
    conf.write_text(
        "[keystone_authtoken]\nauth_type = password\nusername = u\npassword = p\n"
        "project_name = service\nuser_domain_id = default\nproject_domain_id = default\n"
        f"auth_url = {url}\nwww_authenticate_uri = {url}\n"
    )
    protect = auth_token.filter_factory(
        {},
        oslo_config_project="computeapi",
        oslo_config_file=str(conf),
        http_connect_timeout="1",
        http_request_max_retries="0",
    )
    return request_id.RequestId(protect(passed))


@pytest.mark.parametrize("port", ["closed_port", "silent_port"])
def test_a_dead_or_hanging_keystone_is_a_quick_503_in_the_apis_format(port, request, tmp_path):
    app = pipeline(request.getfixturevalue(port), tmp_path)
    before = time.monotonic()
    status, headers, body = call(app, HTTP_X_AUTH_TOKEN="gAAAA-unknown")
    assert time.monotonic() - before < 10
    assert status == 503
    assert json.loads(body) == {
        "serviceUnavailable": {"code": 503, "message": auth_token.UNAVAILABLE}
    }
    assert int(headers["retry-after"]) > 0
    assert headers["x-openstack-request-id"].startswith("req-")


def test_without_a_token_the_answer_says_where_to_get_one(closed_port, tmp_path):
    status, headers, _ = call(pipeline(closed_port, tmp_path))
    assert status == 401
    assert headers["www-authenticate"] == f'Keystone uri="http://127.0.0.1:{closed_port}/v3"'


def test_identity_headers_of_the_caller_never_get_through(closed_port, tmp_path):
    status, _, _ = call(
        pipeline(closed_port, tmp_path), HTTP_X_USER_ID="admin", HTTP_X_ROLES="admin"
    )
    assert status == 401


@pytest.mark.parametrize("path", ["/", "", "/v2.1", "/v2.1/"])
def test_versions_are_for_everybody(path, closed_port, tmp_path):
    status, _, body = call(pipeline(closed_port, tmp_path), path)
    assert (status, body) == (200, b"nobody")
