"""Every operation, for every scope and role of a token; scopes.yaml says what must come of it.

The tokens are Keystone's, over HTTP, and the filters and the core are the real ones.
"""

import itertools
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from computeapi.api.versions import MAX
from computeapi.domain.aggregates import Aggregate
from computeapi.domain.flavors import Flavor
from computeapi.domain.keypairs import Keypair
from computeapi.domain.migrations import Migration, MigrationType
from computeapi.domain.server_groups import ServerGroup
from computeapi.domain.servers import LOCKED_BY_ADMIN, Server
from computeapi.filters import auth_token
from computeapi.policies import list_rules
from tests import fast_yaml
from tests.identity import Keystone
from tests.operations import operations
from tests.policies import nova, plain

# The YAML files and the tests of auth_token run the same code with coverage.
pytestmark = pytest.mark.usefixtures("unwatched")
DATA = fast_yaml.load((Path(__file__).parent / "scopes.yaml").read_text())
STATUSES = [*DATA["unguarded"], *DATA["operations"]]
FRONT_ENDS = ("falcon", "pecan")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a@b"
#: What the braces in a request stand for, beside the server's id.
NAMES = {
    "flavor_id": "42",
    "keypair_name": "mine",
    "name": "mine",
    "key": "k",
    "tag": "red",
    "network_label": "private",
    "share_id": "33333333-3333-4333-8333-333333333333",
    "volume_id": "33333333-3333-4333-8333-333333333333",
    "port_id": "00000000-0000-4000-8000-000000000000",
    "server_group_id": "99999999-0000-4000-8000-000000000001",
    **dict.fromkeys(
        ("security_group_id", "security_group_rule_id", "floating_ip_id", "network_id"),
        "00000000-0000-4000-8000-000000000000",
    ),
}
#: The id, the project and the name of each server group.
GROUPS = (
    ("99999999-0000-4000-8000-000000000001", "p1", "g"),
    ("99999999-0000-4000-8000-000000000003", "p3", "of another project"),
)
#: A rule that admits administrators alone.
ADMINISTERING = "os_compute_api:os-aggregates:index"
#: The documents of the versions, which need no token.
VERSIONS = {"GET /", "GET /v2", "GET /v2.1"}


def thing(name: str) -> dict[str, Any]:
    return {"id": name, "name": name, "domain": {"id": "default", "name": "Default"}}


SCOPES: dict[str, dict[str, Any]] = {
    "project": {"project": thing("p1")},
    "other": {"project": thing("p2")},
    "domain": {"project": None, "domain": {"id": "p1", "name": "p1"}},
    "system": {"project": None, "system": {"all": True}},
    "unscoped": {"project": None},
}


class Token(NamedTuple):
    """A token of alice's, with the scope and the role that it was issued for."""

    scope: str
    role: str
    text: str | None

    def by_kind(self, operation: dict[str, Any]) -> int | str:
        """Return the status of an operation by its kind; "ok" stands for the operation's own."""
        by_role = DATA["kinds"][operation["kind"]][self.scope]
        status: int | str = by_role[self.role] if isinstance(by_role, dict) else by_role
        return status

    def expected(self, operation: dict[str, Any]) -> int:
        """Return the status of an operation."""
        status = self.by_kind(operation)
        return operation.get("ok", 200) if status == "ok" else int(status)

    def is_admitted(self, rule: str, is_own: bool | None = None) -> bool:
        """Return whether a rule of Nova's admits the token.

        :param is_own: whether the resource is of its user and its project; whether it is of
            project p1 where it is left out.
        """
        owned = self.scope == "project" if is_own is None else is_own
        scope = "project" if self.scope == "other" else self.scope
        return nova()[rule].admits(scope, self.role, owned)


@pytest.fixture(scope="module")
def keystone() -> Iterator[Keystone]:
    service = Keystone()
    service.serve()
    yield service
    service.close()


@pytest.fixture(scope="module")
def tokens(keystone: Keystone) -> dict[tuple[str, str], Token]:
    """One token of every scope and role, and the lack of one."""
    made = {("missing", "unrelated"): Token("missing", "unrelated", None)}
    for (scope, told), (role, names) in itertools.product(SCOPES.items(), DATA["roles"].items()):
        roles = [{"id": name, "name": name} for name in names]
        text = keystone.issue(user=thing("alice"), roles=roles, **told)
        made[scope, role] = Token(scope, role, text)
    return made


def live_migration(server: Server) -> Migration:
    """Return the record of a live migration of a server that goes on."""
    return Migration(
        id=None,
        uuid=str(uuid.uuid4()),
        server_id=server.id,
        user_id="root",
        project_id="p1",
        type=MigrationType.LIVE_MIGRATION,
        status="running",
        source_host="host1",
        source_node="node1",
        target_host="host2",
        target_node="node2",
        target_ip="192.0.2.8",
        old_flavor_id="42",
        new_flavor_id="42",
        created_at=server.created_at,
    )


class Site:
    """A cloud behind auth_token, with a server of p1, an aggregate, and keypairs of alice and bob.

    :ivar version: the microversion of the requests.
    """

    version = str(MAX)

    def __init__(self, cloud: Any, owner: Token) -> None:
        self.cloud = cloud
        self._owner = owner
        self._server_id = self._request_id = self._migration_id = ""

    def prepare(self, operation: dict[str, Any]) -> None:
        """Make all that a request may be about anew."""
        self.cloud.reset()
        with self.cloud.db.write() as tx:
            tx.aggregates.add(Aggregate(None, str(uuid.uuid4()), "rack", {}, tx.now()))
            tx.flavors.add(Flavor("zero", "m1.zero", 64, 1, 0, extra_specs={"mine": "a"}))
            tx.flavors.allow("secret", "p9")
            for user in ("alice", "bob"):
                tx.keypairs.add(Keypair(None, user, "mine", "ssh", KEY, "00:11", tx.now()))
            for group_id, project, group in GROUPS:
                tx.server_groups.add(
                    ServerGroup(group_id, project, "bob", group, "affinity", None, tx.now())
                )
        headers = {"x-auth-token": str(self._owner.text)}
        created = self.cloud.request("POST", "/v2.1/servers", self.cloud.new, headers)
        self._server_id = created.json()["server"]["id"]
        self._request_id = created.header("x-openstack-request-id")
        self.cloud.work()
        with self.cloud.db.write() as tx:
            server = tx.servers.get(self._server_id)
            server.metadata, server.tags = {"k": "v"}, ["red"]
            server.vm_state = operation.get("vm_state", server.vm_state)
            tx.servers.save(server)
            migration = live_migration(server)
            tx.migrations.add(migration)
        self._migration_id = str(migration.id)
        for body in operation.get("before", ()):
            self.send(self._owner, "POST /servers/{server_id}/action", body)
            self.cloud.work()
        if operation.get("locked_by_admin"):
            with self.cloud.db.write() as tx:
                server = tx.servers.get(self._server_id, lock=True)
                server.lock(LOCKED_BY_ADMIN)
                tx.servers.save(server)

    def send(self, token: Token, request: str, body: Any = None) -> Any:
        """Send a request, as it stands in scopes.yaml."""
        method, _, path = request.partition(" ")
        headers = {"openstack-api-version": f"compute {self.version}"}
        if token.text is not None:
            headers["x-auth-token"] = token.text
        ids = {
            "server_id": self._server_id,
            "request_id": self._request_id,
            "migration_id": self._migration_id,
        }
        for name, value in (NAMES | ids).items():
            path = path.replace(f"{{{name}}}", value)
        url = path if request in VERSIONS else f"/v2.1{path}"
        return self.cloud.request(method, url, body, headers)

    def shows_the_server(self, response: Any) -> bool:
        """Return whether a list has the server of p1."""
        return self._server_id in {server["id"] for server in response.json()["servers"]}


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, keystone: Keystone, tokens: Any, tmp_path_factory: Any
) -> Callable[[str], Site]:
    """Return the site behind a front end."""
    file = tmp_path_factory.mktemp("site") / "computeapi.conf"
    lines = (f"{name} = {value}" for name, value in keystone.options.items())
    file.write_text("\n".join(["[keystone_authtoken]", *lines]))
    options = {"oslo_config_project": "computeapi", "oslo_config_file": str(file)}
    protect = auth_token.filter_factory({}, include_service_catalog="false", **options)
    clouds = request.config.pluginmanager.get_plugin("clouds")
    owner = tokens["project", "member"]
    sites = {name: Site(clouds.behind(protect, name), owner) for name in FRONT_ENDS}
    return sites.__getitem__


def name(entry: dict[str, Any]) -> str:
    """Return the name of a case: what is asked, and of the body what distinguishes it."""
    return " ".join([entry["request"], str(entry.get("body") or "")]).strip()


def version(kept: sqlite3.Connection) -> int:
    """Return a number that is another one after each change of what is kept."""
    number: int = kept.execute("PRAGMA data_version").fetchone()[0]
    return number


@pytest.mark.parametrize("front_end", FRONT_ENDS)
@pytest.mark.parametrize("operation", STATUSES, ids=name)
def test_the_status_of_an_operation(
    site: Any, tokens: Any, front_end: str, operation: dict[str, Any]
) -> None:
    here = site(front_end)
    here.version = operation.get("version", str(MAX))
    here.prepare(operation)
    wrong = []
    with here.cloud.watch() as kept:
        before = version(kept)
        for token in tokens.values():
            response = here.send(token, operation["request"], operation.get("body"))
            if response.status != token.expected(operation):
                wrong.append((token.scope, token.role, response.status))
            if response.status >= 400:
                assert version(kept) == before, f"{token} was refused, and changed something"
                continue
            if operation.get("lists"):
                assert here.shows_the_server(response) is (token.scope == "project"), token
            if not operation["request"].startswith("GET"):
                here.prepare(operation)
                before = version(kept)
    assert wrong == []


@pytest.mark.parametrize("front_end", FRONT_ENDS)
@pytest.mark.parametrize("content", DATA["contents"], ids=name)
def test_who_is_shown_what_a_rule_guards(
    site: Any, tokens: Any, front_end: str, content: dict[str, Any]
) -> None:
    here = site(front_end)
    here.prepare(content)
    for token in tokens.values():
        response = here.send(token, content["request"])
        assert response.status == token.expected(content), token
        if token.scope in content["scopes"]:
            is_shown = content["shows"] in response.body.decode().replace(": ", ":")
            assert is_shown is token.is_admitted(content["rule"] or ADMINISTERING), token


def plain_request(entry: dict[str, Any]) -> str:
    """Return the request of an entry, with the name of its action, as rules name requests."""
    request = entry.get("path") or entry["request"]
    # The alias has the rules of that which it stands for.
    request = request.replace("/os-volumes_boot", "/servers")
    if request.endswith("/action"):
        request = f"{request} ({next(iter(entry['body']))})"
    return plain(request)


@pytest.mark.parametrize("entry", [*DATA["operations"], *DATA["contents"]], ids=name)
def test_a_request_is_guarded_by_the_rules_that_guard_it_in_nova(entry: dict[str, Any]) -> None:
    if entry["rule"] is not None:
        assert plain_request(entry) in nova()[entry["rule"]].requests, "not as in Nova's policy"


#: The operations that some token may do; the others are wrong at their version.
SUCCEEDING = [e for e in DATA["operations"] if "ok" in str(DATA["kinds"][e["kind"]])]


@pytest.mark.parametrize("operation", SUCCEEDING, ids=name)
def test_the_kind_of_an_operation_is_that_of_novas_rule(
    tokens: dict[tuple[str, str], Token], operation: dict[str, Any]
) -> None:
    """The pipeline is held against the kinds, and these against the defaults of Nova."""
    statuses = DATA["kinds"][operation["kind"]]
    # Bob is another user; what is as for p2 as for p1 is the caller's own, in either.
    own = False if "bob" in name(operation) else None
    own = True if own is None and statuses["project"] == statuses["other"] else own
    for token in tokens.values():
        is_ok = token.by_kind(operation) == "ok"
        assert is_ok is token.is_admitted(operation["rule"], own), token


def test_no_rule_of_the_policy_is_left_out() -> None:
    named = {entry["rule"] for entry in (*DATA["operations"], *DATA["contents"])}
    named.discard(None)
    assert named == {rule.name for rule in list_rules() if getattr(rule, "operations", None)}


def test_no_route_is_left_out() -> None:
    served = {(method, path) for method, path, _ in operations("falcon")}
    named = {entry.get("path") or entry["request"].partition("?")[0] for entry in STATUSES}
    assert {f"{method} {path}" for method, path in served} == {
        re.sub(r"{\w+}", "{}", request) for request in named
    }


def test_no_action_is_left_out() -> None:
    bodies = [e["body"] for e in DATA["operations"] if e["request"].endswith("/action")]
    assert {action for *_, action in operations("falcon") if action} == set().union(*bodies)
