"""The same script on both front ends: they give the same answers.

The clock and all that is made up (ids, passwords, keys) are frozen. Status and headers must be
the same byte for byte, and bodies value by value: the names in a JSON object have no order
(RFC 8259, 4). Of a 400 the wording may differ.
"""

import datetime
import itertools
import random
import secrets
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest

from computeapi.api import request_id
from computeapi.api.history import BOUNDARIES
from computeapi.api.versions import MAX
from computeapi.db.session import Session
from computeapi.service import keys

IMAGE = "11111111-1111-4111-8111-111111111111"
NOBODY = "11111111-1111-4111-8111-111111111119"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a@b"
MEMBER, READER, OTHER = "alice:p1:member,reader", "rita:p1:reader", "bob:p2:member,reader"
ADMIN = "root:ops:admin,member,reader"
NEWEST = str(MAX)
#: Servers and gateways add these.
NOT_OURS = ("date", "server")


class Step(NamedTuple):
    """A request. ``$NAME`` in its URL stands for the id that an earlier step saved as NAME."""

    method: str
    url: str
    body: Any = None
    token: str = MEMBER
    version: str | None = None
    save: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def new(**fields: Any) -> dict[str, Any]:
    """Return the body of a request for a server."""
    return {"server": {"name": "web", "imageRef": IMAGE, "flavorRef": "42"} | fields}


def flavor(**fields: Any) -> dict[str, Any]:
    """Return the body of a request for a flavor."""
    return {"flavor": {"name": "f", "ram": 64, "vcpus": 1, "disk": 1} | fields}


def keypair(**fields: Any) -> dict[str, Any]:
    """Return the body of a request for a keypair."""
    return {"keypair": {"name": "k", "public_key": KEY} | fields}


WORK = Step("POST", "/-/work")
VNC = {"remote_console": {"protocol": "vnc", "type": "novnc"}}
SERVERS, ACTION = "/v2.1/servers", "/v2.1/servers/$web/action"


def everything_that_can_be_read() -> Iterator[Step]:
    """Yield every GET, at every microversion that changes one and for several callers."""
    paths = (
        SERVERS, f"{SERVERS}/detail", f"{SERVERS}/$web", f"{SERVERS}/$failed", "/v2.1/flavors",
        "/v2.1/flavors/detail", "/v2.1/flavors/disks", "/v2.1/os-keypairs",
        "/v2.1/os-keypairs/made", "/v2.1/limits", "/v2.1/os-availability-zone",
        "/v2.1/os-availability-zone/detail", "/", "/v2.1/", "/v2.1",
    )  # fmt: skip
    for path, version in itertools.product(paths, BOUNDARIES):
        yield Step("GET", path, version=str(version))
    for path, token in itertools.product(paths, (READER, OTHER, ADMIN, "nobody:p1:", "nonsense")):
        yield Step("GET", path, token=token, version="latest")


def lists() -> Iterator[Step]:
    """Yield lists with every kind of parameter, good and bad."""
    for query in f"""
        limit=1 limit=2&marker=$web limit=0 limit=-1 limit=x limit=9999999 limit= marker=nobody
        marker={NOBODY} marker= sort_key=display_name&sort_dir=asc
        sort_key=vm_state&sort_key=uuid&sort_dir=desc sort_key=nothing sort_dir=up sort_dir=asc
        sort_key=host sort_key=memory_mb sort_dir=asc&sort_dir=asc name=web name=%5B name=
        name=a&name=web status=ACTIVE status=error&status=build status=nothing status=DELETED
        flavor=42 flavor=none image={IMAGE} ip=10.0 ip6=10 reservation_id=r-1
        changes-since=2020-01-01T00:00:00Z changes-since=x
        changes-since=2030-01-01T00:00:05%2B00:00 all_tenants=1 all_tenants= all_tenants=x
        limit={"9" * 5000} name=semi;x&limit=1 name=100% minRam=1_0
        changes-since=0001-01-01T00:00:00%2B14:00
        deleted=true deleted=x host=host1 task_state=deleting uuid=$web launch_index=x unknown=1
        a=%00 limit=1&limit=2 limit=1&name=w%20%C3%A9%26%2B project_id=p2
        limit=1&name=.&sort_key=display_name&sort_key=uuid&sort_dir=asc&sort_dir=desc = && %zz
    """.split():
        for path, token in ((SERVERS, MEMBER), (f"{SERVERS}/detail", ADMIN)):
            yield Step("GET", f"{path}?{query}", token=token)
    for query in (
        "limit=2", "limit=2&marker=2", "marker=none", "limit=x", "sort_key=name", "sort_key=x",
        "sort_dir=desc", "is_public=none", "is_public=x", "is_public=false", "minRam=512",
        "minRam=x", "minDisk=80", "minDisk=x", "unknown=1",
    ):  # fmt: skip
        yield Step("GET", f"/v2.1/flavors?{query}")
        yield Step("GET", f"/v2.1/flavors/detail?{query}", token=ADMIN)
    for query in ("user_id=alice", "user_id=bob", "user_id=", "limit=1"):
        yield Step("GET", f"/v2.1/os-keypairs?{query}", version=NEWEST)
        yield Step("GET", f"/v2.1/os-keypairs?{query}", token=ADMIN, version="2.9")
    yield from (Step("GET", f"/v2.1/limits?tenant_id={p}", token=t) for p in ("p1", "p2", "")
                for t in (MEMBER, ADMIN))  # fmt: skip


def paths_and_methods() -> Iterator[Step]:
    """Yield requests for paths and methods that do not exist."""
    for url in f"""
        /v2.1/nonsense /nonsense /v3 /v2.1/servers/$web/nonsense /v2.1/servers/detail/x
        /v2.1/servers/ /v2.1/servers// //v2.1/servers /v2.1//servers /v2.1/servers/$web/
        /v2.1/servers.json /v2.1/servers/$web.json /v2.1/flavors/a%2Fb /v2.1/flavors/%C3%A4
        /v2.1/flavors/%FF /v2.1/os-keypairs/a%20b /v2.1/servers/%20 /v2.1/limits/
        /v2.1/os-availability-zone/detail/ /v2.1/os-availability-zone/x /v2 /v2.1/v2.1
        /v2.1/servers/{NOBODY}?server_id=$web /v2.1/servers/$web?limit=x
    """.split():
        yield Step("GET", url)
    yield Step("GET", "")
    for version, project in itertools.product(("v2", "v2.1"), ("", "/p1", "/p2", "/-")):
        for rest in (
            "",
            "/",
            "/servers",
            "/servers/$web",
            "/flavors?limit=1",
            "/limits",
            "/os-x",
            "/nonsense",
            "/os-keypairs/made",
            "//servers",
            "/servers/$web/action",
        ):
            url = f"/{version}{project}{rest}"
            yield from (Step(method, url, version=NEWEST) for method in ("GET", "HEAD", "PATCH"))
            yield Step("GET", url, token=ADMIN, version="2.999")
    for url in ("/", "/v2.1/", SERVERS, f"{SERVERS}/detail", f"{SERVERS}/$web", ACTION,
                "/v2.1/flavors", "/v2.1/flavors/1", "/v2.1/os-keypairs", "/v2.1/os-keypairs/made",
                "/v2.1/limits", "/v2.1/os-availability-zone", "/v2.1/os-aggregates",
                "/v2.1/os-aggregates/1", "/v2.1/os-aggregates/1/action", "/v2.1/os-services",
                "/v2.1/os-services/enable", "/v2.1/os-hypervisors", "/v2.1/os-hypervisors/1/uptime",
                "/v2.1/os-hosts/host1", "/v2.1/extensions", "/v2.1/os-server-external-events",
                "/v2.1/os-assisted-volume-snapshots", "/v2.1/os-cells/1"):  # fmt: skip
        for method in ("PATCH", "OPTIONS", "HEAD", "TRACE", "PURGE", "PUT", "DELETE", "POST"):
            if (method, url) not in (("DELETE", f"{SERVERS}/$web"), ("DELETE", "/v2.1/flavors/1"),
                                     ("DELETE", "/v2.1/os-keypairs/made")):  # fmt: skip
                yield Step(method, url, body={})


def headers_and_bodies() -> Iterator[Step]:
    """Yield requests in versions, types and shapes of all kinds."""
    for version in (str(MAX.next), "2.0", "2", "two", "2.01", "3.1", "latest", "", f"{MAX} ",
                    "LATEST"):  # fmt: skip
        yield Step("GET", SERVERS, version=version)
        yield Step("GET", "/", version=version)
        yield Step("GET", "/v2.1/nonsense", version=version)
        legacy = (("x-openstack-nova-api-version", version),)
        yield Step("GET", "/v2.1/limits", headers=legacy)
    for kind in ("application/xml", "text/plain", "", "application/json; charset=utf-8", "json",
                 "APPLICATION/json ; charset=UTF-8", "application/json; charset=latin-1",
                 "application/vnd.openstack.compute+json", "multipart/form-data; boundary=x",
                 "application/x-www-form-urlencoded"):  # fmt: skip
        headers = (("content-type", kind),)
        yield Step("POST", "/v2.1/os-keypairs", {"keypair": {}}, headers=headers)
        yield Step("POST", ACTION, {"os-fly": None}, headers=headers)
        yield Step("GET", SERVERS, headers=headers)
    for accept in ("application/xml", "text/html", "*/*", "nonsense", "application/json;q=0"):
        yield Step("GET", SERVERS, headers=(("accept", accept),))
        yield Step("GET", f"{SERVERS}/{NOBODY}", headers=(("accept", accept),))
    for body in (b"", b"{", b"[]", b"null", b"5", b'"x"', b"{}", b"\xff", b'{"a": NaN}', b"\x00",
                 b'{"a": 1e400}', b'{"server": {"name": "\\u0000"}}', b'{"a": "\\udc00"}',
                 b'{"os:scheduler_hints": %s}' % (b"[" * 101 + b"]" * 101),
                 b'\xef\xbb\xbf{"server": {}}', b'{"server": {}, "server": {}}', b"[" * 5000,
                 b" " * 200000, "ä".encode("utf-16")):  # fmt: skip
        for method, url in (("POST", SERVERS), ("PUT", f"{SERVERS}/$web"), ("POST", ACTION),
                            ("POST", "/v2.1/flavors"), ("POST", "/v2.1/os-keypairs")):  # fmt: skip
            yield Step(method, url, body, token=ADMIN)


def the_life_of_servers() -> Iterator[Step]:
    """Yield what makes, changes and deletes."""
    yield Step("POST", "/v2.1/os-keypairs", {"keypair": {"name": "made"}})
    yield Step("POST", "/v2.1/os-keypairs", keypair(type="ssh"), version="2.2")
    yield Step("POST", "/v2.1/os-keypairs", keypair(name="c", user_id="bob"), ADMIN, NEWEST)
    for bad in ({"name": "made"}, {"name": "a/b"}, {"public_key": "x"}, {"type": "x"}, {"x": 1}):
        yield Step("POST", "/v2.1/os-keypairs", keypair(**bad), version="2.2")
    much = {"key_name": "made", "metadata": {"a": "b"}, "config_drive": "yes",
            "accessIPv4": "192.0.2.1", "user_data": "aGVsbG8="}  # fmt: skip
    yield Step("POST", SERVERS, new(**much), save="web")
    yield Step("POST", SERVERS, new(name="é b", max_count=2, adminPass="p"), save="many")
    yield Step("POST", SERVERS, new(min_count=2, return_reservation_id=True))
    yield Step("POST", SERVERS, new(flavorRef="5"), ADMIN, save="failed")
    yield Step("GET", f"{SERVERS}/detail")
    yield WORK
    for bad in ({"name": ""}, {"flavorRef": "none"}, {"imageRef": NOBODY}, {"key_name": "none"},
                {"min_count": 99}, {"x": 1}, {"metadata": {"a": 1}}, {"networks": "auto"},
                {"availability_zone": "nova:host1"}, {"availability_zone": "x"},
                {"user_data": "?"}, {"personality": [{}]}, {"flavorRef": "secret"}):  # fmt: skip
        yield Step("POST", SERVERS, new(**bad))
    for token in (READER, OTHER, ADMIN):
        yield Step("PUT", f"{SERVERS}/$web", {"server": {"name": "door"}}, token, "2.9")
        yield Step("POST", ACTION, {"os-start": None}, token)
        yield Step("POST", ACTION, {"os-getConsoleOutput": {"length": 2}}, token)
        yield Step("POST", f"{SERVERS}/$web/remote-consoles", VNC, token, NEWEST)
    for body in ({"os-start": {}}, {"reboot": {"type": "soft"}}, {"os-stop": None}, {"reboot": {}},
                 {"os-stop": None, "reboot": {}}, {"fly": 1}, {"os-getConsoleOutput": {}},
                 {"reboot": {"type": "HARD"}}):  # fmt: skip
        yield Step("POST", ACTION, body)
        yield Step("GET", f"{SERVERS}/$web")
        yield WORK
        yield Step("GET", f"{SERVERS}/$web", token=ADMIN, version=NEWEST)
    yield from rebuilds()
    yield from administering()
    yield from consoles()
    yield Step("DELETE", f"{SERVERS}/$many", token=READER)
    yield Step("DELETE", f"{SERVERS}/$many")
    yield Step("GET", f"{SERVERS}/$many")
    yield WORK
    yield Step("DELETE", f"{SERVERS}/$many")
    yield Step("POST", "/v2.1/flavors", flavor(id="f", swap=5), ADMIN)
    for bad in ({}, {"id": "f"}, {"ram": 0}, {"name": " "}, {"x": 1}, {"vcpus": "1", "name": "g"}):
        yield Step("POST", "/v2.1/flavors", flavor(**bad), ADMIN)
        yield Step("POST", "/v2.1/flavors", flavor(**bad))


def rebuilds() -> Iterator[Step]:
    """Yield rebuilds, at every microversion, and malformed ones."""
    image = {"imageRef": "11111111-1111-4111-8111-111111111111", "adminPass": "p"}
    for version, token in itertools.product(BOUNDARIES, (MEMBER, ADMIN)):
        yield Step("POST", ACTION, {"rebuild": image}, token, str(version))
        yield WORK
    for wanted in (None, {}, {"adminPass": "p"}, {"adminPass": None}, {"x": 1}, [], "a",
                   {"rescue_image_ref": NOBODY}, {"rescue_image_ref": "demo"}):  # fmt: skip
        yield Step("POST", ACTION, {"rescue": wanted})
        yield WORK
        yield Step("GET", f"{SERVERS}/$web", version=NEWEST)
        yield Step("POST", ACTION, {"unrescue": wanted})
        yield WORK
    for bad in ({"description": None}, {"key_name": None}, {"user_data": None}, {"hostname": "h"},
                {"personality": []}, {"trusted_image_certificates": ["a"]}):  # fmt: skip
        for version in BOUNDARIES:
            yield Step("POST", ACTION, {"rebuild": image | bad}, version=str(version))
        yield WORK


def administering() -> Iterator[Step]:
    """Yield what administrators see of a server and do to it, at every microversion."""
    for version, token in itertools.product(BOUNDARIES, (MEMBER, ADMIN)):
        for path in ("diagnostics", "topology", "os-server-password", "diagnostics?x=1"):
            yield Step("GET", f"{SERVERS}/$web/{path}", token=token, version=str(version))
        yield Step("POST", ACTION, {"trigger_crash_dump": None}, token, str(version))
        yield WORK
    for name in ("changePassword", "trigger_crash_dump", "injectNetworkInfo", "restore"):
        for wanted in (
            None,
            {},
            {"adminPass": "p"},
            {"adminPass": None},
            {"adminPass": 1},
            [],
            "a",
        ):
            yield Step("POST", ACTION, {name: wanted}, ADMIN, NEWEST)
            yield WORK
    for zone in (None, "nova", "x", "", 1, []):
        body = {"server": {"pinned_availability_zone": zone}}
        yield Step("PUT", f"{SERVERS}/$web", body, version=NEWEST)


def consoles() -> Iterator[Step]:
    """Yield the ways to open consoles, at every microversion that changes one."""
    kinds = itertools.product(
        ("vnc", "serial", "spice", "rdp", "mks"), ("novnc", "serial", "webmks")
    )
    for (protocol, kind), version in itertools.product(kinds, BOUNDARIES):
        wanted = {"remote_console": {"protocol": protocol, "type": kind}}
        yield Step("POST", f"{SERVERS}/$web/remote-consoles", wanted, version=str(version))
    actions = {"VNC": "novnc", "Serial": "serial", "SPICE": "spice-html5", "RDP": "rdp-html5"}
    for (name, kind), version in itertools.product(actions.items(), BOUNDARIES):
        yield Step("POST", ACTION, {f"os-get{name}Console": {"type": kind}}, version=str(version))
    for version, token in itertools.product(BOUNDARIES, (MEMBER, ADMIN)):
        yield Step("GET", f"/v2.1/os-console-auth-tokens/{NOBODY}", None, token, str(version))


def attachments() -> Iterator[Step]:
    """Yield requests about what other services attach to a server, at every microversion."""
    bodies = {
        "os-interface": ({}, {"interfaceAttachment": {"tag": "t"}}),
        "os-volume_attachments": (
            {"volumeAttachment": {"volumeId": NOBODY, "delete_on_termination": True}},
            {"volumeAttachment": {"volumeId": NOBODY, "tag": "t", "device": "vdb"}},
        ),
        "shares": ({"share": {"share_id": NOBODY}}, {"share": {"share_id": NOBODY, "tag": "_"}}),
    }
    for version in map(str, BOUNDARIES):
        yield Step("GET", f"{SERVERS}/$web/os-security-groups?a=b", version=version)
        for noun, wanted in bodies.items():
            path = f"{SERVERS}/$web/{noun}"
            yield Step("GET", path, version=version)
            for method, body in itertools.product(("POST", "PUT"), wanted):
                yield Step(method, path, body, version=version)
                yield Step(method, f"{path}/{NOBODY}", body, ADMIN, version)
            for method in ("GET", "DELETE"):
                yield Step(method, f"{path}/{NOBODY}", version=version)
        for name in ("addFloatingIp", "removeFloatingIp", "removeFixedIp"):
            yield Step("POST", ACTION, {name: {"address": "192.0.2.7"}}, version=version)


def the_end() -> Iterator[Step]:
    """Yield what deletes the rest."""
    for token, version in itertools.product((MEMBER, ADMIN), (None, "2.2", NEWEST)):
        yield Step("DELETE", "/v2.1/flavors/f", token=token, version=version)
        yield Step("DELETE", "/v2.1/os-keypairs/made", token=token, version=version)
        yield Step("DELETE", "/v2.1/os-keypairs/k?user_id=alice", token=token, version=version)
        yield Step("DELETE", f"{SERVERS}/$failed", token=token, version=version)
    yield Step("POST", "/-/lose-host")
    yield Step("GET", "/v2.1/os-availability-zone/detail", token=ADMIN)
    yield Step("DELETE", f"{SERVERS}/$web")
    yield Step("GET", f"{SERVERS}/detail?all_tenants=1&deleted=1", token=ADMIN, version=NEWEST)


SCRIPT = [
    *the_life_of_servers(),
    *everything_that_can_be_read(),
    *lists(),
    *paths_and_methods(),
    *headers_and_bodies(),
    *attachments(),
    *the_end(),
]


class Frozen:
    """The clock and the generated values: functions of the step, not of the number of calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        material = keys.Material(KEY, "a private key")
        self.enter(0)
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=self.random.getrandbits(128)))
        monkeypatch.setattr(
            request_id, "generate", lambda: f"req-{uuid.UUID(int=self.random.getrandbits(128))}"
        )
        monkeypatch.setattr(secrets, "choice", lambda among: self.random.choice(sorted(among)))
        monkeypatch.setattr(Session, "now", lambda session: self.now)
        monkeypatch.setattr(keys, "make", lambda kind, user_id: material)

    def enter(self, step: int) -> None:
        """Begin a step."""
        self.random = random.Random(step)
        self.now = datetime.datetime(2030, 1, 1) + datetime.timedelta(milliseconds=step)


def replay(new_cloud: Callable[[], Any], frozen: Frozen) -> list[tuple[int, list, Any]]:
    """Run the script and return status, headers and body of each response."""
    frozen.enter(0)
    cloud = new_cloud()
    saved: dict[str, str] = {}
    answers = []
    for number, step in enumerate(SCRIPT, 1):
        frozen.enter(number)
        url = step.url
        for name, server_id in saved.items():
            url = url.replace(f"${name}", server_id)
        headers = {"x-auth-token": step.token} | dict(step.headers)
        if step.version is not None:
            headers["openstack-api-version"] = f"compute {step.version}"
        response = cloud.request(step.method, url, step.body, headers)
        if step.save:
            saved[step.save] = response.json()["server"]["id"]
        ours = [comparable_header(*h, response) for h in response.headers if h[0] not in NOT_OURS]
        answers.append((response.status, ours, comparable(response)))
    return answers


def comparable_header(name: str, value: str, response: Any) -> tuple[str, object]:
    """Return a header; of a length, whether it is the body's, as the wording of a 400 differs."""
    is_length = name == "content-length" and response.body
    return (name, int(value) == len(response.body) if is_length else value)


def comparable(response: Any) -> Any:
    """Return what must be the same of a body: of a 400 the code and the name."""
    if not response.body:
        return None
    document = response.json()
    if response.status != 400:
        return document
    return {name: told["code"] for name, told in document.items()}


@pytest.mark.usefixtures("unwatched")
def test_a_caller_cannot_tell_which_front_end_answers(
    new_cloud: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = Frozen(monkeypatch)
    falcon = replay(partial(new_cloud, "falcon"), frozen)
    pecan = replay(partial(new_cloud, "pecan"), frozen)
    differences = [
        (step, one, two) for step, one, two in zip(SCRIPT, falcon, pecan, strict=True) if one != two
    ]
    assert differences == []
    # The script does what it is meant to do.
    assert {status for status, _, _ in falcon} >= {
        200, 201, 202, 204, 400, 401, 403, 404, 405, 406, 409, 413, 415,
    }  # fmt: skip
    assert 500 not in {status for status, _, _ in falcon}
