"""The metadata service: a guest is answered about its own server, and posts its password once."""

import base64
import contextlib
import json
import socket
from functools import partial
from http.client import HTTPConnection
from io import BytesIO
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from computeapi.metadata_api.app import MetadataApp
from computeapi.metadata_api.guests import GuestServers
from computeapi.metadata_api.requests import identify, sign
from computeapi.service.guest_metadata import GuestMetadata

OWNER = {"x-auth-token": "alice:p1:member,reader"}
SECRET = "shared"
VOLUME_ID = "33333333-0000-4000-8000-000000000000"
PASSWORD = "/openstack/latest/password"
METHODS = ("GET", "POST")


class Guest:
    """A guest of a server, behind a proxy that says which server it is."""

    def __init__(self, app, server_id):
        self.server_id = server_id
        self._app = validator(app)

    def headers(self):
        return {
            "X-Instance-ID": self.server_id,
            "X-Tenant-ID": "p1",
            "X-Instance-ID-Signature": sign(SECRET, self.server_id),
            "X-Forwarded-For": "10.64.0.5",
        }

    def ask(self, path, method="GET", body=b"", headers=None):
        """Send a request; return its status, type and body."""
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": BytesIO(body)}
        setup_testing_defaults(environ)
        environ |= {"QUERY_STRING": "", "SCRIPT_NAME": "", "CONTENT_LENGTH": str(len(body))}
        for name, value in (self.headers() if headers is None else headers).items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        started = []
        answer = self._app(environ, lambda *start: started.extend(start[:2]))
        content = b"".join(answer)
        answer.close()
        status, headers = started
        return int(status.split()[0]), dict(headers)["Content-Type"], content

    def read(self, path):
        """Return what a path holds."""
        status, _, content = self.ask(path)
        assert status == 200, content
        return content


@pytest.fixture
def app(cloud):
    identified = partial(identify, secret=SECRET)
    return MetadataApp(GuestMetadata(cloud.db, {"mirror": "deb.example"}), identified)


@pytest.fixture
def guest(cloud, app):
    user_data = base64.b64encode(b"#!/bin/sh\n").decode()
    more = {"user_data": user_data, "metadata": {"role": "db"}, "adminPass": "hidden-from-it"}
    new = {"server": cloud.new["server"] | more}
    created = cloud.request("POST", "/v2.1/servers", new, OWNER).json()["server"]
    return Guest(app, created["id"])


def test_a_guest_finds_its_server(guest):
    assert guest.read("/").splitlines()[-1] == b"latest"
    assert guest.read("/latest/") == b"meta-data/\nuser-data"
    assert guest.read("/latest/user-data") == b"#!/bin/sh\n"
    assert guest.read("/2009-04-04/meta-data/hostname") == b"s"
    assert guest.read("/openstack").splitlines()[0] == b"2012-08-10"
    assert guest.read("/openstack/latest/user_data") == b"#!/bin/sh\n"
    status, kind, content = guest.ask("/openstack/latest/meta_data.json")
    assert (status, kind) == (200, "application/json")
    found = json.loads(content)
    assert (found["uuid"], found["meta"]) == (guest.server_id, {"role": "db"})
    # It is on the config drive alone.
    assert "admin_pass" not in found
    vendor_data = json.loads(guest.read("/openstack/latest/vendor_data2.json"))
    assert vendor_data == {"static": {"mirror": "deb.example"}}
    assert guest.ask("/openstack/latest/meta_data.json", "HEAD")[::2] == (200, b"")


MISSING = (
    "/latest/nope",
    "/2030-01-01/meta-data",
    "/latest/meta-data/hostname/x",
    "/openstack/2014-01-01",
    "/openstack/2030-01-01/meta_data.json",
    "/openstack/latest/nope",
    "/openstack/latest/meta_data.json/x",
    "/openstack/content/0000",
    "/openstack/2012-08-10/password",
)


def test_a_path_that_there_is_not_is_404(guest):
    asked = {(path, method): guest.ask(path, method)[0] for path in MISSING for method in METHODS}
    assert set(asked.values()) == {404}, asked


#: Headers that are left out, or changed -> status.
CHANGES = [
    ({"X-Instance-ID": None}, 400),
    ({"X-Tenant-ID": None}, 400),
    ({"X-Instance-ID-Signature": None}, 400),
    ({"X-Instance-ID-Signature": "0" * 64}, 403),
    ({"X-Instance-ID-Signature": "h\xe9"}, 403),
    ({"X-Instance-ID": "11111111-5b2a-43c6-a6b1-b7b64b4e3b0c"}, 403),
    ({"X-Tenant-ID": "p2"}, 404),
    ({"X-Forwarded-For": None}, 200),
]


def test_a_request_is_answered_for_the_server_that_is_signed(guest):
    for change, status in CHANGES:
        headers = {name: value for name, value in (guest.headers() | change).items() if value}
        assert guest.ask("/latest/meta-data", headers=headers)[0] == status, change
        if status != 200:
            assert guest.ask(PASSWORD, "POST", b"x", headers)[0] == status, change


def test_a_server_that_there_is_not_or_no_longer_is_404(cloud, app, guest):
    stranger = Guest(app, "11111111-5b2a-43c6-a6b1-b7b64b4e3b0c")
    assert stranger.ask("/latest/meta-data")[0] == 404
    cloud.work()
    cloud.request("DELETE", f"/v2.1/servers/{guest.server_id}", None, OWNER)
    cloud.work()
    assert guest.ask("/latest/meta-data")[0] == 404
    assert guest.ask(PASSWORD, "POST", b"x")[0] == 404


def test_a_password_is_posted_once_until_the_owner_clears_it(cloud, guest):
    cloud.work()
    url = f"/v2.1/servers/{guest.server_id}/os-server-password"
    assert guest.read(PASSWORD) == b""
    assert guest.ask(PASSWORD, "PUT", b"x")[0] == 400
    assert guest.ask(PASSWORD, "POST", b"x" * 1021)[0] == 400
    assert guest.ask(PASSWORD, "POST", b"\xff")[0] == 400
    assert cloud.request("GET", url, None, OWNER).json() == {"password": ""}
    assert guest.ask(PASSWORD, "POST", b"x" * 1020)[0] == 200
    assert guest.ask(PASSWORD, "POST", b"other")[0] == 409
    assert guest.read("/openstack/2013-04-04/password") == b"x" * 1020
    assert cloud.request("GET", url, None, OWNER).json() == {"password": "x" * 1020}
    assert cloud.request("DELETE", url, None, OWNER).status == 204
    assert guest.ask(PASSWORD, "POST", b"other")[0] == 200


@pytest.fixture
def servers(cloud):
    made = GuestServers(GuestMetadata(cloud.db, {}))
    yield made
    for server_id in list(made._loops):
        made.end(server_id)


@pytest.fixture
def door(servers):
    """Serve the guest of a server at a socket of its own; return a function that asks there."""

    def open_door(server_id):
        sock = socket.create_server(("127.0.0.1", 0))
        address = sock.getsockname()
        servers.serve(server_id, sock)

        def ask(path, headers=None):
            line = HTTPConnection(*address, timeout=30)
            line.request("GET", path, headers=headers or {})
            answer = line.getresponse()
            with contextlib.closing(line):
                return answer.status, answer.read()

        return ask

    return open_door


def test_a_guest_that_has_a_socket_of_its_own_needs_no_proxy(guest, app, door):
    ask = door(guest.server_id)
    status, content = ask("/openstack/latest/meta_data.json")
    assert (status, json.loads(content)["uuid"]) == (200, guest.server_id)
    # The socket says whose the request is, and no header does.
    stranger = door("11111111-5b2a-43c6-a6b1-b7b64b4e3b0c")
    assert stranger("/latest/meta-data/", guest.headers())[0] == 404


def test_a_socket_takes_the_place_of_the_one_before_and_ends(servers, guest, door):
    before, now = door(guest.server_id), door(guest.server_id)
    assert now("/latest/user-data") == (200, b"#!/bin/sh\n")
    with pytest.raises(ConnectionRefusedError):
        before("/")
    servers.end(guest.server_id)
    with pytest.raises(ConnectionRefusedError):
        now("/")


def test_a_guest_finds_its_volumes_by_their_tags(volume_cloud, cinder):
    cinder.add(VOLUME_ID)
    created = volume_cloud.boot().json()["server"]["id"]
    volume_cloud.work()
    body = {"volumeAttachment": {"volumeId": VOLUME_ID, "tag": "data"}}
    headers = {**OWNER, "openstack-api-version": "compute 2.60"}
    url = f"/v2.1/servers/{created}/os-volume_attachments"
    assert volume_cloud.request("POST", url, body, headers).status == 200
    volume_cloud.work()
    identified = partial(identify, secret=SECRET)
    metadata = GuestMetadata(volume_cloud.db, {}, volume_cloud.call)
    guest = Guest(MetadataApp(metadata, identified), created)
    (device,) = json.loads(guest.read("/openstack/latest/meta_data.json"))["devices"]
    assert (device["serial"], device["path"], device["tags"]) == (VOLUME_ID, "/dev/vdb", ["data"])
    assert (device["bus"], device["address"]) == ("pci", "0000:00:04.0")
    # A host that does not answer keeps the guest from nothing else.
    volume_cloud.driver.control(fail=["bus_addresses"])
    (device,) = json.loads(guest.read("/openstack/latest/meta_data.json"))["devices"]
    volume_cloud.driver.control(fail=[])
    assert (device["bus"], device["address"], device["tags"]) == ("none", "none", ["data"])
    older = json.loads(guest.read("/openstack/2015-10-15/meta_data.json"))
    assert "devices" not in older
