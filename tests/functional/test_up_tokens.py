"""Tokens of every kind that a real Keystone issues, with a real Glance, over HTTP."""

import itertools
import socket
import uuid

import pytest
import requests

pytestmark = pytest.mark.filterwarnings("ignore:::openstack")
SCOPES = {
    "domain": {"domain": {"id": "default"}},
    "system": {"system": {"all": True}},
    "unscoped": "unscoped",
}
#: What needs a project, each with what is refused to a token without one.
REFUSED = [
    ("GET", "/servers"),
    ("GET", "/servers/detail"),
    ("GET", "/servers/detail?changes-since=2020-01-01T00:00:00Z"),
    ("GET", "/servers/detail?all_tenants=1"),
    ("GET", "/servers/{id}"),
    ("PUT", "/servers/{id}"),
    ("DELETE", "/servers/{id}"),
    ("POST", "/servers/{id}/action"),
    ("POST", "/servers"),
    ("GET", "/limits"),
    ("GET", "/limits?tenant_id=demo"),
    ("GET", "/os-keypairs"),
    ("GET", "/os-availability-zone"),
    ("DELETE", "/flavors/1"),
]
BODIES = {"PUT": {"server": {"name": "taken"}}, "POST": {"os-stop": None}}


class Site:
    """A cloud, with its Keystone, its API and a server of the member's."""

    def __init__(self, cloud):
        self.cloud = cloud
        self._session = requests.Session()
        self._session.trust_env = False
        settings = cloud.settings
        self._passwords = settings["passwords"]
        self._identity = f"http://127.0.0.1:{settings['port'] + 1}/v3"
        self.compute = f"http://127.0.0.1:{settings['port']}/v2.1"
        self.image = next(iter(cloud.connection().image.images())).id
        self.demo = self.token("demo", project("demo"))
        self.project_id = self._told["project"]["id"]
        self.user_id = self._told["user"]["id"]
        self._server()

    def _server(self):
        answer = self.ask(self.demo, "POST", "/servers", self.new())
        assert answer.status_code == 202, answer.text
        self.server_id = answer.json()["server"]["id"]

    def new(self):
        return {"server": {"name": "s", "imageRef": self.image, "flavorRef": "42"}}

    def ask(self, token, method, path, body=None, base=None, **headers):
        url = (base or self.compute) + path.replace("{id}", getattr(self, "server_id", ""))
        headers = {"X-Auth-Token": token, **headers}
        return self._session.request(method, url, json=body, headers=headers, timeout=60)

    def keystone(self, token, method, path, body=None):
        answer = self.ask(token, method, path, body, self._identity)
        assert answer.ok, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else {}

    def token(self, user, scope):
        """Return a token that was issued for a user's password."""
        who = {"name": user, "domain": {"id": "default"}, "password": self._passwords[user]}
        return self._issue({"methods": ["password"], "password": {"user": who}}, scope)

    def _issue(self, identity, scope=None):
        body = {"auth": {"identity": identity, **({"scope": scope} if scope else {})}}
        answer = self._session.post(f"{self._identity}/auth/tokens", json=body, timeout=60)
        assert answer.status_code == 201, answer.text
        self._told = answer.json()["token"]
        return answer.headers["X-Subject-Token"]

    def grant(self, role, where):
        """Give the member a role outside of the project."""
        admin = self.token("admin", project("admin"))
        roles = self.keystone(admin, "GET", f"/roles?name={role}")["roles"]
        self.keystone(admin, "PUT", f"{where}/users/{self.user_id}/roles/{roles[0]['id']}")

    def credential(self, *rules):
        """Return a token of a new application credential; each rule is ``METHOD /path``."""
        told = [dict(zip(("method", "path"), rule.split(" ", 1), strict=True)) for rule in rules]
        secret = uuid.uuid4().hex
        body = {
            "name": secret,
            "secret": secret,
            "access_rules": [{"service": "compute", **rule} for rule in told],
        }
        url = f"/users/{self.user_id}/application_credentials"
        made = self.keystone(self.demo, "POST", url, {"application_credential": body})
        credential = {"id": made["application_credential"]["id"], "secret": secret}
        return self._issue(
            {"methods": ["application_credential"], "application_credential": credential}
        )


def project(name):
    return {"project": {"name": name, "domain": {"id": "default"}}}


@pytest.fixture(scope="module")
def site(either_cloud):
    made = Site(either_cloud)
    yield made
    either_cloud.delete(made.server_id)


def test_a_token_without_a_project_does_and_sees_nothing(site):
    for role in ("reader", "member"):
        site.grant(role, "/domains/default")
        site.grant(role, "/system")
    admin = site.token("admin", project("admin"))
    roles = site.keystone(admin, "GET", "/roles?name=admin")["roles"]
    domain = "/domains/default/users/{}/roles/{}"
    admin_id = site.keystone(admin, "GET", "/users?name=admin")["users"][0]["id"]
    site.keystone(admin, "PUT", domain.format(admin_id, roles[0]["id"]))
    for user, scope in itertools.product(("demo", "admin"), SCOPES):
        token = site.token(user, SCOPES[scope])
        answered = {
            (method, path): site.ask(token, method, path, BODIES.get(method)).status_code
            for method, path in REFUSED
            if (method, path) != ("POST", "/servers")
        }
        answered["POST", "/servers"] = site.ask(token, "POST", "/servers", site.new()).status_code
        assert answered == {request: 403 for request in REFUSED}, (user, scope)
        assert site.ask(token, "GET", "/flavors").status_code == 200
    server = site.ask(site.demo, "GET", "/servers/{id}").json()["server"]
    assert (server["name"], server["status"]) == ("s", "ACTIVE")
    assert len(site.ask(site.demo, "GET", "/servers").json()["servers"]) >= 1


@pytest.mark.parametrize("form", ["/v2.1/servers", "/v2.1/{project_id}/servers", "/v2.1/*/servers"])
def test_an_access_rule_allows_what_it_names(site, form):
    token = site.credential(f"GET {form}")
    own = "" if form == "/v2.1/servers" else f"/{site.project_id}"
    requests_and_statuses = {
        ("GET", f"{own}/servers"): 200,
        ("HEAD", f"{own}/servers"): 200,
        ("GET", f"{own}/servers/detail"): 401,
        ("GET", f"{own}/servers/{{id}}"): 401,
        ("GET", f"{own}/flavors"): 401,
        ("DELETE", f"{own}/servers/{{id}}"): 401,
        ("GET", "/servers" if own else f"/{site.project_id}/servers"): 401,
    }
    for _ in range(2):
        answered = {
            (method, path): site.ask(token, method, path).status_code
            for method, path in requests_and_statuses
        }
        assert answered == requests_and_statuses
    assert site.ask(site.demo, "GET", "/flavors").status_code == 200


def test_a_server_is_booted_and_deleted_with_access_rules(site):
    token = site.credential("POST /v2.1/servers", "GET /v2.1/servers/*", "DELETE /v2.1/servers/**")
    created = site.ask(token, "POST", "/servers", site.new())
    assert created.status_code == 202, created.text
    path = f"/servers/{created.json()['server']['id']}"
    assert site.ask(token, "GET", path).status_code == 200
    assert site.ask(token, "POST", f"{path}/action", BODIES["POST"]).status_code == 401
    assert site.ask(token, "GET", "/servers").status_code == 401
    assert site.ask(token, "DELETE", path).status_code == 204


def test_no_access_rule_for_this_request_is_no_access(site):
    token = site.credential("GET /v2.1/nothing")
    assert {site.ask(token, method, path).status_code for method, path in REFUSED} == {401}


@pytest.mark.parametrize("header", ["X-Auth-Token", "X-Service-Token"])
@pytest.mark.parametrize("token", [b"x\x7f", b"x\xff", b"x y", b"x" * 5000, b"gAAAAAnone"])
def test_a_token_that_is_none_is_a_401(site, header, token):
    headers = {b"X-Auth-Token": site.demo.encode(), header.encode(): token}
    lines = [b"GET /v2.1/servers HTTP/1.1", b"Host: localhost", b"Connection: close"]
    lines += [name + b": " + value for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", site.cloud.settings["port"]), 60) as connection:
        connection.sendall(b"\r\n".join([*lines, b"", b""]))
        answer = connection.makefile("rb").read()
    assert answer.split()[1] == b"401", answer
    assert b"www-authenticate: keystone uri=" in answer.lower()
