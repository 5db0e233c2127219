"""Clouds that many modules share; the filter in front of an application, an identity service
behind it, and clocks to set.
"""

import datetime
import os
import subprocess
from contextlib import contextmanager
from io import BytesIO

import keystoneauth1._utils
import pytest

from computeapi.filters import auth_token, token_cache
from computeapi.standalone.parts import table
from computeapi.standalone.parts.network.layout import Layout
from computeapi.standalone.state import StateFolder
from tests.functional.clouds import require_parts, temporary_cloud
from tests.functional.rabbit import Rabbit
from tests.identity import Keystone


@pytest.fixture(scope="session")
def shared_cloud():
    """Provide a cloud of ``computeapi up`` with real guests, for all tests that leave it running.

    A test boots servers of its own in it, and deletes them: ``with shared_cloud.server(name)``.
    Coverage does not measure it: the cloud of test_up.py does the same, and is measured.
    """
    with temporary_cloud(is_measured=False) as cloud:
        cloud.up("falcon")
        if not cloud.is_real:
            pytest.skip("no QEMU here")
        yield cloud
        left = [server.name for server in cloud.admin.compute.servers(all_projects=True)]
        assert not left, f"tests left servers behind: {left}"


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory):
    """Provide a RabbitMQ; a test that kills it starts it again."""
    with Rabbit(tmp_path_factory.mktemp("rabbit")) as rabbit:
        yield rabbit


@pytest.fixture(scope="session")
def fake_cloud():
    """Provide a cloud with faked guests, on one of the front ends."""
    with temporary_cloud(is_measured=False) as cloud:
        cloud.up("falcon", "--driver", "fake")
        yield cloud


def host_network():
    """Return the interfaces, the routes and, to root, the rules of this machine, as text."""
    shown = [["ip", "link"], ["ip", "route", "show", "table", "all"]]
    shown += [["nft", "list", "ruleset"]] if os.geteuid() == 0 else []
    run = [subprocess.run(c, capture_output=True, text=True, check=True).stdout for c in shown]
    return "".join(run)


@contextmanager
def cloud_with(*parts):
    """Provide a cloud with parts, where they can run, and with guests, real if possible.

    A test deletes the servers, volumes and stacks that it made.
    """
    with temporary_cloud(is_measured=False) as cloud:
        require_parts(cloud, *parts)
        cloud.up("falcon", "--with", ",".join(parts))
        yield cloud
        left = [server.name for server in cloud.admin.compute.servers(all_projects=True)]
        left += [volume.id for volume in cloud.admin.block_storage.volumes(all_projects=True)]
        if cloud.connection().has_service("network"):
            left += [found.floating_ip_address for found in cloud.admin.network.ips()]
        assert not left, f"tests left servers, volumes or floating IPs behind: {left}"
        # A cloud is destroyed with its servers.
        cloud.create("left")


@pytest.fixture(scope="session")
def parts_cloud():
    """Provide a cloud with every part."""
    with cloud_with(*table.names()) as cloud:
        link = Layout(StateFolder(cloud.path)).host_interface
        yield cloud
    assert link not in host_network()


@pytest.fixture(scope="session")
def user_mode_cloud():
    """Provide a cloud with the parts that need no Neutron: guests have the user-mode network.

    The storm adds Neutron to it, and runs after the tests that want it without.
    """
    with cloud_with("volume", "orchestration", "dashboard") as cloud:
        yield cloud


@pytest.fixture(scope="session", params=["falcon", "pecan"])
def either_cloud(request, fake_cloud):
    """Provide the cloud with faked guests, on each front end."""
    fake_cloud.up(request.param, "--driver", "fake")
    return fake_cloud


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
