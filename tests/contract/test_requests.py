"""Headers, methods and paths of all kinds: every front end answers the same, and never by a 500."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from computeapi.api import faults
from computeapi.api.versions import HEADER, LEGACY_HEADER, MAX, VARY
from tests.contract.clouds import Cloud
from tests.operations import nova

FRONT_ENDS = ("falcon", "pecan", "migrating")
MEMBER, ADMIN = "alice:p1:member,reader", "root:p1:admin,member,reader"
NEWEST = f"compute {MAX}"
#: What a request may say about the microversion that it wants.
VERSIONS = (
    "compute 2.1", "compute 2.10", "compute latest", "compute LATEST", "Compute 2.5",
    "compute  2.5",
    "compute\t2.5", " compute 2.5 ", "compute 2.5x", "compute 2", "compute 2.", "compute .5",
    "compute 2.05", "compute 02.5", "compute 2.-1", "compute +2.5", "compute 2.5.1",
    "compute 2.1000",
    "compute 2.0", "compute 3.1", "compute 0.0", f"compute 2.{'9' * 9}", f"compute {'9' * 300}.1",
    f"compute 2.{'9' * 5000}", "compute", "compute ", "", "2.5", "latest", "volume 3.5",
    "volume 3.5, compute 2.7", "compute 2.7, volume 3.5", "compute 2.7, compute 2.8",
    "compute 2.7 compute 2.8", "nova 2.7", "compute 2.7,", ",compute 2.7", "compute,2.7",
    "compute=2.7", "compute: 2.7", "compute two.one", "compute \xe9", "compute 2.\xb2",
    "computes 2.7", "compute-2.7", "compute 2.7;q=1", "compute 1e1.1", "compute 2_0.1",
    "volume latest", "compute None",
)  # fmt: skip
ACCEPT = (
    "application/json", "application/xml", "text/html", "*/*", "text/*", "nonsense", "", ";", "*",
    "application/json;q=0", "application/json;q=2", "application/xml, application/json;q=0.1",
    "application/vnd.openstack.compute+json;version=2.1", "text/html;q=x", "a/b/c", "a" * 5000,
    "application/json; charset=utf-8", "APPLICATION/JSON", "\xe9",
)  # fmt: skip
TYPES = (
    "application/json; charset=utf-8", "application/json; charset=latin-1", "APPLICATION/JSON",
    'application/JSON ; charset="utf-8"', "text/json", "text/plain", "application/xml", "", "json",
    "application/json, application/json", "application/json;", "application/ json",
    "application/json; foo", "application/problem+json", "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded", "text/html; charset=\xe9",
)  # fmt: skip
HOSTS = (
    "", "a", "a:b", "a:99999999", "[::1]:8774", "[::1", "\xe9.example", "a b", "a/b", "a@b", "a,b",
    "x" * 300, "<script>", 'a"b', "a?b", "a#b",
)  # fmt: skip
#: Headers that change nothing: those of proxies, those that would replace the method or the caller,
#: and those of HTTP that this API does not use.
WITHOUT_EFFECT = {
    "x-forwarded-proto": "https", "x-forwarded-host": "evil", "x-forwarded-for": "192.0.2.1",
    "x-forwarded-port": "1", "x-forwarded-prefix": "/x", "forwarded": "for=x;host=evil;proto=https",
    "x-http-method-override": "DELETE", "x-method-override": "PUT", "x-http-method": "DELETE",
    "x-original-url": "/v2.1/flavors", "x-rewrite-url": "/", "range": "bytes=0-1",
    "if-none-match": "*", "if-modified-since": "x", "te": "trailers", "origin": "http://evil",
    "cookie": "a=b", "x-service-token": "x", "authorization": "Basic xx",
    "accept-language": "\xe9;;q=x",
    "accept-encoding": "gzip", "accept-charset": "x", "upgrade": "h2c", "expect": "x",
    "x-openstack-request-id": "bad",
}  # fmt: skip
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST", "GET", "TRACE", "FOO", "get")
#: "%s" stands for a piece of a path.
ITEMS = (
    "servers/%s", "servers/{id}/metadata/%s", "servers/{id}/tags/%s", "servers/{id}/ips/%s",
    "servers/{id}/migrations/%s", "servers/{id}/os-instance-actions/%s",
    "servers/{id}/os-interface/%s", "servers/{id}/os-volume_attachments/%s", "flavors/%s",
    "flavors/1/os-extra_specs/%s", "os-keypairs/%s", "os-aggregates/%s", "os-hypervisors/%s",
    "os-services/%s", "os-quota-sets/%s", "os-server-groups/%s", "os-simple-tenant-usage/%s",
    "os-hosts/%s", "os-console-auth-tokens/%s", "os-instance_usage_audit_log/%s",
    "os-availability-zone/%s", "extensions/%s",
)  # fmt: skip
PIECES = (
    "", "/", "//", "/x", "%00", "%FF", "%C3", "%C3%A9", "%20", "a%2Fb", "a%2Cb", "a;b=1", "+1",
    "01", "-1", "1.0", "%D9%A1", "9" * 20, "1" * 300, "a" * 300, "a" * 5000, "DETAIL", "a.json",
    "..", ".",
)  # fmt: skip
PATHS = (
    "", "/", "//", "///", "/v2", "/v2/", "/v2//", "/v2.1", "/v2.1/", "/v2.1//", "//v2.1", "//v2.1/",
    "//v2.1/servers", "/v2.1//servers", "/v2.1//servers//{id}", "/v2.1/servers///{id}",
    "/v2//servers", "/v2.1//p1//servers", "/V2.1/servers", "/v2.1/SERVERS", "/v2.1;x=1/servers",
    "/v2.1/servers;x", "/v2.1/%73ervers", "/%762.1/servers", "/v2.1%2Fservers", "/v2.2/servers",
    "/v1.1/servers", "/servers", "/nonsense", "/v2.1/v2.1", "/v2.1/{id}", "/versions/v2.1",
    "/v2.1/servers/./{id}", "/v2.1/servers/../servers", "/v2.1/servers?", "/v2.1/servers??",
    "/v2.1/servers?%FF=1", "/v2.1/servers?name=%FF", "/v2.1/servers?name=%00", "/v2.1/servers?=1",
    "/v2.1/servers?limit", "/v2.1/servers?limit=+1", "/v2.1/servers?marker=%FF",
)  # fmt: skip
_REQUEST_ID = re.compile(r"req-[0-9a-f-]{36}")
#: Ids and moments, which each cloud has of its own.
_OWN = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\br-[0-9a-z]{8}\b|\d{4}-\d\d-\d\dT[\d:.]+"
)


class Request(NamedTuple):
    """A request; ``{id}`` in its URL stands for the id of a server."""

    method: str
    url: str
    headers: dict[str, str]
    body: Any = None


def versions() -> Iterator[Request]:
    """Yield requests that name microversions."""
    for version in VERSIONS:
        for path in ("/", "/v2.1/", "/v2.1/servers", "/v2.1/nonsense", "/v2/servers"):
            yield Request("GET", path, {HEADER: version})
        yield Request("GET", "/v2.1/servers", {LEGACY_HEADER: version.removeprefix("compute ")})
    both = ("compute 2.10", "volume 3.5", "compute two", "compute 2.999", "compute latest", "")
    for version, legacy in itertools.product(both, ("2.20", "two", "2.999", "latest", "")):
        yield Request("GET", "/v2.1/servers", {HEADER: version, LEGACY_HEADER: legacy})


def contents() -> Iterator[Request]:
    """Yield requests that say what their body is, and what the answer may be."""
    for accept in ACCEPT:
        for path in ("/", "/v2.1/", "/v2.1/servers", "/v2.1/servers/missing", "/v2.1/nonsense"):
            yield Request("GET", path, {"accept": accept})
    for kind in TYPES:
        headers = {"content-type": kind, HEADER: NEWEST}
        yield Request("GET", "/v2.1/servers", headers)
        yield Request("GET", "/v2.1/servers", headers, b"{no JSON")
        yield Request("POST", "/v2.1/servers/{id}/action", headers, {"fly": None})
        yield Request("PUT", "/v2.1/servers/{id}", headers, {"server": {"name": "n"}})
        yield Request("PUT", "/v2.1/servers/{id}/tags/x", headers)
        yield Request("DELETE", "/v2.1/servers/missing", headers, {"a": 1})


def surroundings() -> Iterator[Request]:
    """Yield requests with headers of proxies and of HTTP."""
    for host in HOSTS:
        for path in ("/", "/v2.1/servers", "/v2.1/flavors/1"):
            yield Request("GET", path, {"host": host})


def routes() -> Iterator[Request]:
    """Yield every method for every path of Nova."""
    for path in sorted({operation.path for operation in nova()}):
        for method in METHODS:
            body = {} if method in ("PUT", "POST", "PATCH") else None
            headers = {"x-auth-token": ADMIN, HEADER: NEWEST}
            yield Request(method, f"/v2.1{path.replace('{}', 'missing')}", headers, body)


def paths() -> Iterator[Request]:
    """Yield paths that are spelt in odd ways."""
    for path in PATHS:
        yield Request("GET", path, {})
    for item, piece in itertools.product(ITEMS, PIECES):
        headers = {"x-auth-token": ADMIN, HEADER: NEWEST}
        for method in ("GET", "DELETE", "PUT"):
            body = {} if method == "PUT" else None
            yield Request(method, f"/v2.1/{item.replace('%s', piece)}", headers, body)


def broken(request: Request, response: Any) -> Iterator[str]:
    """Yield the rules that an answer breaks which hold for all of them."""
    if response.status in (500, 502, 503):
        yield "an unexpected error"
    if response.status >= 400 and request.method != "HEAD":
        name = faults.NAMES.get(response.status, "computeFault")
        document = json.loads(response.body)
        if list(document) != [name] or set(document[name]) != {"code", "message"}:
            yield "no fault"
        elif document[name]["code"] != response.status or not document[name]["message"]:
            yield "the fault of another status"
    for name in ("x-compute-request-id", "x-openstack-request-id"):
        if not _REQUEST_ID.fullmatch(response.header(name) or ""):
            yield f"no {name}"
    if not re.match("/v2(/|$)", request.url) and response.header("vary") != VARY:
        yield "no Vary"
    if response.body and response.header("content-type") != "application/json":
        yield "no type"


def comparable(response: Any) -> Any:
    """Return what must be the same for all front ends; the wording of a 400 is the framework's."""
    headers = [
        (name, _OWN.sub("OWN", value))
        for name, value in response.headers
        if not _REQUEST_ID.fullmatch(value) and name != "content-length"
    ]
    body = _OWN.sub("OWN", response.body.decode())
    is_worded = response.status == 400 or not body
    return response.status, headers, None if is_worded else json.loads(body)


class Unrecorded(Cloud):
    """A cloud whose answers no schema of Nova is held against: they refuse links of odd hosts."""

    decorate = staticmethod(lambda app: app)


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Any, str]]]:
    """A cloud behind each front end, with the id of a server in it."""
    folder = tmp_path_factory.mktemp("requests")
    found = {name: Unrecorded(name, folder / name) for name in FRONT_ENDS}
    ids = {name: cloud.boot().json()["server"]["id"] for name, cloud in found.items()}
    for cloud in found.values():
        # Else it goes down in one cloud after the other, a minute after it reported.
        cloud.lose_host()
    yield {name: (cloud, ids[name]) for name, cloud in found.items()}
    for cloud in found.values():
        cloud.db.close()


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("requests", [versions, contents, surroundings, routes, paths])
def test_front_ends_answer_the_same(
    clouds: dict[str, tuple[Any, str]], requests: Callable[[], Iterator[Request]]
) -> None:
    found = []
    for request in requests():
        answers = {}
        for name, (cloud, server_id) in clouds.items():
            url = request.url.replace("{id}", server_id)
            headers = {"x-auth-token": MEMBER} | request.headers
            response = cloud.request(request.method, url, request.body, headers)
            found += [(request, name, rule) for rule in broken(request, response)]
            answers[name] = comparable(response)
        if any(answer != answers["falcon"] for answer in answers.values()):
            found.append((request, answers))
    assert found == []


@pytest.mark.parametrize("header", WITHOUT_EFFECT)
def test_a_header_has_no_effect(clouds: dict[str, tuple[Any, str]], header: str) -> None:
    for cloud, server_id in clouds.values():
        for path in ("/", f"/v2.1/servers/{server_id}"):
            sent = {"x-auth-token": MEMBER, HEADER: NEWEST}
            plain, other = (
                comparable(cloud.request("GET", path, None, sent | more))
                for more in ({}, {header: WITHOUT_EFFECT[header]})
            )
            assert other == plain
