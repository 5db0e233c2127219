"""Images in Glance: a server of the test's own stands in for it, and for Keystone."""

import hashlib
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from oslo_config import cfg

from computeapi import conf as configuration
from computeapi import images
from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.ports.images import CachedImage

ID = "fe8ecc87-ce2b-47e8-8032-a18c685b0d08"
CONTENT = os.urandom(2_500_000)
CONTEXT = Context(user_id="u", project_id="p", request_id="req-1", token="caller-token")
NO_TOKEN = Context(user_id="u", project_id="p", request_id="req-2")


class Glance(ThreadingHTTPServer):
    """The state of the stand-ins, and the requests that they received."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.release = threading.Event()
        self.behaviour = "well"
        self.tokens = 0
        self.expired = set()
        #: tokens that are good only beside a service's
        self.limited = set()
        self.refuses_passwords = False
        self.asked = []
        #: the service's token of each request
        self.vouched = []
        self.content = CONTENT
        self.image = {
            "id": ID,
            "name": "cirros",
            "status": "active",
            "size": len(CONTENT),
            "min_disk": 1,
            "min_ram": 64,
            "disk_format": "qcow2",
            "virtual_size": 5 << 20,
            "owner": "p1",
            "os_hidden": False,
            "self": f"/v2/images/{ID}",
            "hw_disk_bus": "scsi",
            "mine": "größe",
            "checksum": hashlib.md5(CONTENT).hexdigest(),
            "os_hash_algo": "sha512",
            "os_hash_value": hashlib.sha512(CONTENT).hexdigest(),
        }


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        """Keep quiet."""

    def send(self, status, body, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refuses_passwords:
            self.send(401, b"{}")
            return
        self.server.tokens += 1
        token = {"expires_at": "2999-01-01T00:00:00.000000Z", "methods": ["password"]}
        body = json.dumps({"token": token}).encode()
        self.send(201, body, X_Subject_Token=f"service-token-{self.server.tokens}")

    def do_GET(self):
        server = self.server
        if self.path.startswith("/identity"):
            link = {"rel": "self", "href": f"{server.url}/identity/v3/"}
            version = {"id": "v3.14", "status": "stable", "links": [link]}
            self.send(200, json.dumps({"version": version}).encode())
            return
        token = self.headers["X-Auth-Token"]
        server.asked.append((self.path, token))
        service = self.headers["X-Service-Token"]
        server.vouched.append(service)
        if token in server.expired or (token in server.limited and not service):
            self.send(401, b"")
        elif self.path == f"/v2/images/{ID}":
            self.describe()
        elif self.path == f"/v2/images/{ID}/file":
            self.deliver()
        else:
            self.send(404, b"")

    def describe(self):
        match self.server.behaviour:
            case int(status):
                self.send(status, b"<html>")
            case "hang":
                self.server.release.wait(10)
            case "nonsense":
                self.send(200, b"<html>")
            case "other":
                self.send(200, b'{"id": "other"}')
            case _:
                self.send(200, json.dumps(self.server.image).encode())

    def deliver(self):
        content = self.server.content
        match self.server.behaviour:
            case "file", int(status):
                self.send(status, b"")
            case "truncated":
                self.send(200, content[:-1], length=len(content))
            case "hang in the middle":
                self.send(200, content[:-1], length=len(content))
                self.server.release.wait(10)
            case _:
                self.send(200, content)


@pytest.fixture
def glance():
    with Glance() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server
        server.release.set()
        server.shutdown()


@pytest.fixture
def conf(glance):
    conf = configuration.load()
    conf.set_override("endpoint", f"{glance.url}/", "images")
    conf.set_override("auth_url", f"{glance.url}/identity/v3", "images")
    conf.set_override("password", "secret", "images")
    return conf


@pytest.fixture
def store(conf, request):
    """The image store; it waits briefly where the test's image service hangs."""
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    if parameters.get("behaviour") in ("hang", "hang in the middle"):
        conf.set_override("timeout", 0.5, "images")
    return images.load(conf)


def nothing():
    """A checkpoint that stops no work."""


def test_an_image_is_described(store):
    image = store.get(CONTEXT, ID)
    assert (image.id, image.name, image.status) == (ID, "cirros", "active")
    assert (image.size, image.virtual_size) == (len(CONTENT), 5 << 20)
    assert image.properties == {"hw_disk_bus": "scsi", "mine": "größe"}
    assert (image.min_disk, image.min_ram, image.disk_format) == (1, 64, "qcow2")


def test_the_caller_asks_in_their_own_name(store, glance):
    store.get(CONTEXT, ID)
    assert glance.asked == [(f"/v2/images/{ID}", "caller-token")]
    assert glance.tokens == 0


def test_without_a_token_no_image_is_described(store, glance):
    with pytest.raises(errors.Forbidden):
        store.get(NO_TOKEN, ID)
    assert (glance.asked, glance.tokens) == ([], 0)


def test_the_service_fetches_with_one_token_for_all(store, glance, tmp_path):
    for number in range(2):
        store.fetch(ID, tmp_path / str(number), nothing)
    assert {token for _, token in glance.asked} == {"service-token-1"}


def test_the_services_token_is_renewed(store, glance, tmp_path):
    store.fetch(ID, tmp_path / "one", nothing)
    glance.expired.add("service-token-1")
    assert store.fetch(ID, tmp_path / "two", nothing).id == ID
    assert glance.asked[-1][1] == "service-token-2"


def test_a_token_of_few_rights_needs_the_services_beside_it(store, glance):
    glance.limited.add("caller-token")
    assert store.get(CONTEXT, ID).id == ID
    assert glance.asked == [(f"/v2/images/{ID}", "caller-token")] * 2
    assert glance.vouched == [None, "service-token-1"]


def test_a_callers_token_that_glance_refuses_is_forbidden(store, glance):
    glance.expired.add("caller-token")
    with pytest.raises(errors.Forbidden):
        store.get(CONTEXT, ID)
    assert {token for _, token in glance.asked} == {"caller-token"}


@pytest.mark.parametrize("lack", ["user", "Keystone"])
def test_a_refused_token_is_forbidden_where_the_service_has_none(conf, glance, lack):
    glance.limited.add("caller-token")
    with Glance() as gone:
        auth_url = None if lack == "user" else f"{gone.url}/identity/v3"
    conf.set_override("auth_url", auth_url, "images")
    with pytest.raises(errors.Forbidden):
        images.load(conf).get(CONTEXT, ID)


@pytest.mark.parametrize("status", [403, 404])
def test_an_image_the_caller_may_not_see_is_not_found(store, glance, status):
    glance.behaviour = status
    with pytest.raises(errors.NotFound, match=rf"^Image {ID} could not be found\.$"):
        store.get(CONTEXT, ID)


@pytest.mark.parametrize("image_ref", ["", "..", "../../v2/tasks", f"{ID}/file", f"{ID}?x", "é"])
def test_what_is_no_id_is_not_even_asked_for(store, glance, image_ref):
    with pytest.raises(errors.NotFound):
        store.get(CONTEXT, image_ref)
    assert glance.asked == []


@pytest.mark.parametrize("behaviour", [500, 503, 429, 300, 204, "nonsense", "other", "hang"])
def test_glance_in_trouble_is_unreachable(store, glance, behaviour):
    glance.behaviour = behaviour
    begun = time.monotonic()
    with pytest.raises(errors.ImageUnreachable) as caught:
        store.get(CONTEXT, ID)
    assert caught.value.code == 503
    assert time.monotonic() - begun < 9


def test_nobody_at_the_port_is_unreachable(conf, glance):
    with Glance() as gone:
        url = gone.url
    conf.set_override("endpoint", url, "images")
    with pytest.raises(errors.ImageUnreachable):
        images.load(conf).get(CONTEXT, ID)


def test_no_keystone_is_unreachable(conf, tmp_path):
    with Glance() as gone:
        conf.set_override("auth_url", f"{gone.url}/identity/v3", "images")
    with pytest.raises(errors.ImageUnreachable, match=r"^Keystone does not answer, so that"):
        images.load(conf).fetch(ID, tmp_path / "target", nothing)


def test_a_service_user_that_keystone_refuses_may_be_mended(store, glance, tmp_path):
    glance.refuses_passwords = True
    with pytest.raises(errors.ImageUnreachable, match=r"^Keystone does not accept the user"):
        store.fetch(ID, tmp_path / "target", nothing)
    glance.refuses_passwords = False
    assert store.fetch(ID, tmp_path / "target", nothing).id == ID


def test_a_token_that_glance_goes_on_to_refuse_may_be_accepted_later(store, glance, tmp_path):
    glance.expired |= {f"service-token-{number}" for number in range(9)}
    with pytest.raises(errors.ImageUnreachable, match="answered 401 Unauthorized"):
        store.fetch(ID, tmp_path / "target", nothing)


def test_fetching_writes_the_data(store, glance, tmp_path):
    image = store.fetch(ID, tmp_path / "target", nothing)
    assert (image.id, image.disk_format) == (ID, "qcow2")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert (tmp_path / "target").read_bytes() == CONTENT
    assert {token for _, token in glance.asked} == {"service-token-1"}


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("truncated", "The image service broke off while it sent image ID."),
        ("hang in the middle", "The image service broke off while it sent image ID."),
        ("cut off", f"Image ID arrived cut off: {len(CONTENT) - 1} bytes of {len(CONTENT)}."),
        (500, "The image service answered 500 Internal Server Error."),
        (("file", 502), "The image service answered 502 Bad Gateway."),
        (("file", 503), "The image service answered 503 Service Unavailable."),
        (("file", 429), "The image service answered 429 Too Many Requests."),
        ("hang", "The image service does not answer."),
        ("nonsense", "The answer of the image service makes no sense."),
    ],
)
def test_data_that_may_arrive_later(store, glance, tmp_path, behaviour, message):
    glance.behaviour = behaviour
    if behaviour == "cut off":
        glance.content = CONTENT[:-1]
    with pytest.raises(errors.ImageUnreachable) as caught:
        store.fetch(ID, tmp_path / "target", nothing)
    assert caught.value.message == message.replace("ID", ID)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("behaviour", "kind", "message"),
    [
        (404, errors.NotFound, "Image ID could not be found."),
        (410, errors.NotFound, "Image ID could not be found."),
        (403, errors.NotFound, "Image ID could not be found."),
        (400, errors.Invalid, "The image service refused image ID: 400 Bad Request."),
        (("file", 404), errors.NotFound, "Image ID could not be found."),
        (("file", 410), errors.NotFound, "Image ID could not be found."),
        (("file", 204), errors.Conflict, "Image ID has no data in the image service."),
        (("file", 403), errors.Conflict, "The image service forbids the download of image ID."),
        (("file", 400), errors.Invalid, "The image service refused image ID: 400 Bad Request."),
        ("deactivated", errors.Conflict, "Image ID is not active but deactivated."),
        ("pending_delete", errors.Conflict, "Image ID is not active but pending_delete."),
    ],
)
def test_data_that_will_never_arrive(store, glance, tmp_path, behaviour, kind, message):
    glance.behaviour = behaviour
    if isinstance(behaviour, str):
        glance.image["status"] = behaviour
    with pytest.raises(errors.Error) as caught:
        store.fetch(ID, tmp_path / "target", nothing)
    assert type(caught.value) is kind
    assert caught.value.message == message.replace("ID", ID)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("behaviour", "found"),
    [
        ("wrong hash", "its sha512 is not the one that the image service states"),
        ("wrong md5", "its md5 is not the one that the image service states"),
        ("wrong size", f"{len(CONTENT)} bytes instead of 1"),
    ],
)
def test_damaged_data_leaves_no_file(store, glance, tmp_path, behaviour, found):
    match behaviour:
        case "wrong hash":
            glance.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
        case "wrong md5":
            glance.image |= {"os_hash_algo": None, "os_hash_value": None, "checksum": "0" * 32}
        case "wrong size":
            glance.image |= {"os_hash_value": None, "checksum": None, "size": 1}
    with pytest.raises(errors.Invalid) as caught:
        store.fetch(ID, tmp_path / "target", nothing)
    assert caught.value.message == f"Image {ID} is damaged: {found}."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("algorithm", ["a hash of the future", None])
def test_an_older_image_is_verified_by_its_md5(store, glance, tmp_path, algorithm):
    glance.image |= {"os_hash_algo": algorithm, "os_hash_value": "0" * 128}
    store.fetch(ID, tmp_path / "target", nothing)
    assert (tmp_path / "target").read_bytes() == CONTENT


def test_an_image_without_data_is_a_conflict(store, glance, tmp_path):
    glance.image["status"] = "queued"
    with pytest.raises(errors.Conflict, match="queued"):
        store.fetch(ID, tmp_path / "target", nothing)


def test_a_checkpoint_ends_the_fetching(store, tmp_path):
    def stop():
        raise errors.Conflict("deleted meanwhile")

    with pytest.raises(errors.Conflict, match="deleted meanwhile"):
        store.fetch(ID, tmp_path / "target", stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["endpoint", "auth_url"])
def test_what_glance_needs_is_asked_for(conf, missing, tmp_path):
    conf.set_override(missing, None, "images")
    with pytest.raises(cfg.RequiredOptError, match=missing):
        images.load(conf).fetch(ID, tmp_path / "target", nothing)


def test_the_cache_is_in_the_state_folder(conf, tmp_path, glance):
    conf.set_override("state_path", str(tmp_path))
    glance.image["disk_format"] = "raw"
    cached = images.load_cache(conf).get(ID, nothing)
    assert cached == CachedImage(tmp_path / "images-cache" / ID, "raw", len(CONTENT))
    assert cached.path.read_bytes() == CONTENT
