"""Console tokens: where their consoles are, at every microversion that changed it.

API reference, "Show Console Connection Information".
"""

import re
from datetime import timedelta

import pytest

from computeapi.api import versions
from computeapi.api.versions import Version
from computeapi.db.session import Session
from computeapi.domain.console_tokens import access_path

ADMIN = "root:ops:admin,member,reader"
MEMBER = "alice:p1:member,reader"
URL = "/v2.1/os-console-auth-tokens/"


@pytest.fixture(autouse=True)
def _every_version(monkeypatch):
    """Accept requests of every microversion up to the last one of Nova."""
    monkeypatch.setattr(versions, "MAX", Version(2, 104))
    versions._negotiated.cache_clear()
    yield
    versions._negotiated.cache_clear()


def ask(cloud, method, url, body=None, version="2.104", user=MEMBER):
    headers = {"x-auth-token": user, "openstack-api-version": f"compute {version}"}
    return cloud.request(method, url, body, headers)


@pytest.fixture
def server_id(cloud):
    """The id of a server that runs."""
    created = cloud.boot().json()["server"]["id"]
    cloud.work()
    return created


@pytest.fixture
def open_console(cloud, server_id):
    """Open a console of the server; return its token."""

    def make(protocol="vnc", kind="novnc"):
        body = {"remote_console": {"protocol": protocol, "type": kind}}
        answer = ask(cloud, "POST", f"/v2.1/servers/{server_id}/remote-consoles", body)
        assert answer.status == 200
        return re.search("token(=|%3D)([0-9a-f-]{36})$", answer.json()["remote_console"]["url"])[2]

    return make


@pytest.mark.parametrize("kind", [("vnc", "novnc"), ("serial", "serial")])
@pytest.mark.parametrize("version", ["2.31", "2.98", "2.99", "2.104"])
def test_where_a_console_is(cloud, server_id, open_console, kind, version):
    token = open_console(*kind)
    answer = ask(cloud, "GET", URL + token, version=version, user=ADMIN)
    assert answer.status == 200
    assert answer.json() == {
        "console": {
            "instance_uuid": server_id,
            "host": "192.0.2.7",
            "port": 6999,
            "internal_access_path": access_path(token),
        }
    }


def test_before_2_31_no_console_is_shown(cloud, open_console):
    token = open_console()
    for version in ("2.1", "2.30"):
        assert ask(cloud, "GET", URL + token, version=version, user=ADMIN).status == 400


def test_each_url_has_a_token_of_its_own_and_each_works(cloud, open_console):
    tokens = [open_console() for _ in range(3)]
    assert len(set(tokens)) == 3
    for token in tokens:
        assert ask(cloud, "GET", URL + token, user=ADMIN).status == 200


def test_tokens_are_for_administrators_to_see(cloud, open_console):
    token = open_console()
    assert ask(cloud, "GET", URL + token).status == 403
    assert ask(cloud, "GET", URL + token, user="rita:p1:reader").status == 403


@pytest.mark.parametrize("token", ["11111111-1111-4111-8111-111111111111", "x", "%00", "%C3%BC"])
def test_an_unknown_token_is_not_found(cloud, open_console, token):
    open_console()
    assert ask(cloud, "GET", URL + token, user=ADMIN).status == 404


def test_a_token_is_no_access_path(cloud, open_console):
    assert ask(cloud, "GET", URL + access_path(open_console()), user=ADMIN).status == 404


def test_a_query_is_refused_from_2_99_on(cloud, open_console):
    url = f"{URL}{open_console()}?x=1"
    assert ask(cloud, "GET", url, version="2.98", user=ADMIN).status == 200
    assert ask(cloud, "GET", url, version="2.99", user=ADMIN).status == 400


def test_a_token_expires(cloud, open_console, monkeypatch):
    token = open_console()
    now, ttl = Session.now, timedelta(seconds=cloud.conf.console.token_ttl)
    monkeypatch.setattr(Session, "now", lambda self: now(self) + ttl - timedelta(seconds=60))
    assert ask(cloud, "GET", URL + token, user=ADMIN).status == 200
    monkeypatch.setattr(Session, "now", lambda self: now(self) + ttl)
    assert ask(cloud, "GET", URL + token, user=ADMIN).status == 404


@pytest.mark.parametrize("is_host_lost", [False, True])
def test_a_token_dies_with_its_server(cloud, server_id, open_console, is_host_lost):
    token = open_console()
    if is_host_lost:
        cloud.lose_host()
    assert ask(cloud, "DELETE", f"/v2.1/servers/{server_id}").status == 204
    cloud.work()
    assert ask(cloud, "GET", URL + token, user=ADMIN).status == 404
    with cloud.watch() as rows:
        assert rows.execute("SELECT count(*) FROM console_tokens").fetchone() == (0,)


def test_neither_token_nor_access_path_is_kept(cloud, open_console):
    token = open_console()
    with cloud.watch() as rows:
        (row,) = rows.execute("SELECT * FROM console_tokens").fetchall()
    assert token not in str(row)
    assert access_path(token) not in str(row)


@pytest.mark.parametrize(
    ("version", "is_known"), [("2.98", False), ("2.99", True), ("2.104", True)]
)
def test_spice_direct_is_a_type_from_2_99_on(cloud, server_id, version, is_known):
    body = {"remote_console": {"protocol": "spice", "type": "spice-direct"}}
    url = f"/v2.1/servers/{server_id}/remote-consoles"
    answer = ask(cloud, "POST", url, body, version)
    assert answer.status == 400
    told = answer.json()["badRequest"]["message"]
    assert ("There is no console of protocol spice" in told) is is_known
