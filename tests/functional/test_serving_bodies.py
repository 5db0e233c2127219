"""Requests whose end is in doubt, or that do not arrive whole: 400, and nothing is done."""

import pytest

from tests.functional import api_process
from tests.functional.api_process import FRONT_ENDS, SERVERS, TOKEN, Site, new_server, request

BODY = new_server()
SIZE = len(BODY)
CHUNK = b"%x\r\n%s\r\n" % (SIZE, BODY)
TOKENS = {"with a token": TOKEN, "without a token": None}


@pytest.fixture(scope="module", params=SERVERS)
def site(request, tmp_path_factory):
    """Both front ends in one process, under prefixes."""
    folder = tmp_path_factory.mktemp(request.param)
    site = Site(folder, api_process.free_port(), server=request.param).write()
    with site.api("both"):
        yield site
    assert "Traceback" not in site.log


@pytest.fixture(params=FRONT_ENDS)
def path(request, site):
    """The path of the servers of a front end, of which there are as many after a test as before."""
    path = f"/{request.param}/v2.1/servers"
    before = servers(site, path)
    yield path
    assert servers(site, path) == before


def servers(site, path):
    with site.client() as client:
        return client.ask("GET", path).json()["servers"]


def post(path, body, *headers, token=TOKEN, version="1.1"):
    """Return a request for a server with headers as they are given."""
    fields = ["Host: h", "Content-Type: application/json", *headers]
    if token:
        fields.append(f"X-Auth-Token: {token}")
    head = "\r\n".join([f"POST {path} HTTP/{version}", *fields, "", ""])
    return head.encode("latin-1") + body


def refused(site, *sent, end=True, code=400):
    """Send a request; it is refused with a fault, and the connection ends."""
    with site.client() as client:
        client.send(*sent)
        if end:
            client.end()
        answer = client.answer()
        assert (answer.status, answer.fault["code"]) == (code, code)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-compute-request-id"].startswith("req-")
        assert client.rest() == b""


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n", b"-1\r\n", b"+5\r\n", b"0x5\r\n", b"1_0\r\n", b" 5\r\n", b"\r\n",
        b"5\n", b"5;\x00\r\n", b"5 5\r\n", b'5;a="\r\n', b"ffffffffffffffffff\r\n",
        CHUNK.replace(b"\r\n", b"\n"), CHUNK[:-2] + b"xx0\r\n\r\n", CHUNK + b"zz\r\n\r\n",
        CHUNK + b"0;\x01\r\n\r\n",
    ],
    ids=ascii,
)  # fmt: skip
def test_chunks_that_are_not_well_formed(chunks, token, path, site):
    refused(site, post(path, chunks, "Transfer-Encoding: chunked", token=token), end=False)


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize(
    "chunks",
    [b"", b"5", b"5\r", b"5\r\n", CHUNK[:20], CHUNK[:-2], CHUNK, CHUNK + b"0", CHUNK + b"0\r\n",
     CHUNK + b"0\r\nname: value\r\n"],
    ids=ascii,
)  # fmt: skip
def test_chunks_that_end_too_early(chunks, token, path, site):
    refused(site, post(path, chunks, "Transfer-Encoding: chunked", token=token))


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("missing", [1, SIZE])
def test_a_body_shorter_than_announced(missing, token, path, site):
    sent = BODY[: SIZE - missing]
    refused(site, post(path, sent, f"Content-Length: {SIZE}", token=token))
    # An object that is whole, and yet not the whole body.
    refused(site, post(path, BODY, f"Content-Length: {SIZE + missing}", token=token))


def test_a_header_that_ends_too_early(path, site):
    for end in (4, 20, -2, -1):
        refused(site, request("GET", path)[:end])


@pytest.mark.parametrize(
    "lengths",
    [
        [f"+{SIZE}"], ["-1"], ["1_0"], [f" {SIZE} "], [f"{SIZE}, {SIZE}"], [f"{SIZE},{SIZE}"],
        [SIZE, SIZE], [SIZE, 0], [0, SIZE], [""], ["0x5"], ["5.0"], ["\xb2"], ["\xa05"],
        [f"{SIZE};"], [f"\t{SIZE}"],
    ],
    ids=ascii,
)  # fmt: skip
def test_a_length_that_is_not_one_number(lengths, path, site):
    headers = [f"Content-Length: {length}" for length in lengths]
    refused(site, post(path, BODY, *headers), end=False)


@pytest.mark.parametrize("length", ["114689", "9" * 30, "9" * 5000])
def test_a_length_above_the_limit(length, path, site):
    refused(site, post(path, b"", f"Content-Length: {length}"), end=False, code=413)
    expecting = post(path, b"", f"Content-Length: {length}", "Expect: 100-continue")
    refused(site, expecting, end=False, code=413)


def test_a_body_above_the_limit_can_be_sent_to_its_end(path, site):
    body = b" " * 5_000_000
    refused(site, post(path, body, f"Content-Length: {len(body)}"), end=False, code=413)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        (["Transfer-Encoding: chunked", "Content-Length: 5"], 400),
        (["Content-Length: 5", "Transfer-Encoding: chunked"], 400),
        (["Content-Length: 5", "Transfer-Encoding: identity"], 400),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], 400),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], 400),
        (["Transfer-Encoding: gzip"], 501),
        (["Transfer-Encoding: gzip, chunked"], 501),
        (["Transfer-Encoding: chunked, chunked"], 501),
        (["Transfer-Encoding: xchunked"], 501),
        (["Transfer-Encoding: chunked;q=1"], 501),
        (["Transfer-Encoding:"], 501),
        (["Transfer-Encoding : chunked"], 400),
        (["Content-Length : 5"], 400),
        (["Transfer-Encoding:\x0bchunked"], 400),
        (["X: y\rContent-Length: 5"], 400),
        (["X: y\nContent-Length: 5"], 400),
        (["X: y", " Content-Length: 5"], 400),
        (["no colon", "Content-Length: 5"], 400),
        (["Host: other"], 400),
        (["X: \x00"], 400),
        (["X: " + "y" * 8200], 431),
        (["X: y"] * 101, 431),
        (["X: " + "y" * 8000] * 9, 431),
    ],
    ids=lambda value: ascii(value)[:60],
)
def test_a_header_that_leaves_the_end_in_doubt(headers, code, path, site):
    refused(site, post(path, CHUNK + b"0\r\n\r\n", *headers), end=False, code=code)


@pytest.mark.parametrize("value", ["x\x7f", "\x01", "\x0bx\x1f"])
def test_a_control_character_elsewhere_is_the_applications(value, path, site):
    """Such a token is 401, which is not for the server to say."""
    with site.client() as client:
        client.send(f"GET {path} HTTP/1.1\r\nHost: h\r\nX-Auth-Token: {value}\r\n\r\n".encode())
        assert client.answer().status == 401
        fields = f"X-Auth-Token: {TOKEN}\r\nX-Odd: {value}\r\n\r\n"
        client.send(f"GET {path} HTTP/1.1\r\nHost: h\r\n{fields}".encode())
        assert client.answer().status == 200


def test_chunks_are_not_for_http_1_0(path, site):
    sent = post(path, CHUNK + b"0\r\n\r\n", "Transfer-Encoding: chunked", version="1.0")
    refused(site, sent, end=False)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("GET /", 400), ("GET", 400), ("GET / HTTP/1.1 x", 400), ("GET  / HTTP/1.1", 400),
        ("GET / HTTP/2.0", 505), ("G\x01T / HTTP/1.1", 400), ("GET /\x01 HTTP/1.1", 400),
        ("GET / http/1.1", 400), ("GET / HTTP/1.1\r", 400),
        ("GET /" + "x" * 9000 + " HTTP/1.1", 414), ("GET /" + "x" * 70000 + " HTTP/1.1", 414),
        ("GET v2.1 HTTP/1.1", 400), ("CONNECT a:80 HTTP/1.1", 400), ("GET /#x HTTP/1.1", 400),
        ("GET /\xff HTTP/1.1", 400), ("GET * HTTP/1.1", 400),
    ],
    ids=lambda value: ascii(value)[:30],
)  # fmt: skip
def test_a_request_line_that_is_malformed(line, code, site):
    refused(site, f"{line}\r\nHost: h\r\n\r\n", end=False, code=code)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
@pytest.mark.parametrize(
    "chunks",
    [
        CHUNK + b"0\r\n\r\n",
        b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"000\r\n\r\n",
        b"%X;name;other=value;third=\"a b\"\r\n%s\r\n0\r\n\r\n" % (SIZE, BODY),
        CHUNK + b"0\r\nTrailer: value\r\nOther: value\r\n\r\n",
    ],
    ids=["one", "many", "extensions", "trailers"],
)  # fmt: skip
def test_chunks_that_are_well_formed(chunks, front_end, site):
    path = f"/{front_end}/v2.1/servers"
    with site.client() as client:
        for _ in range(2):
            client.send(post(path, chunks, "Transfer-Encoding: Chunked"))
            assert client.answer().status == 202


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_client_may_wait_before_it_sends_the_body(front_end, site):
    path = f"/{front_end}/v2.1/servers"
    with site.client() as client:
        client.send(post(path, b"", f"Content-Length: {SIZE}", "Expect: 100-continue"))
        assert client.answer().status == 100
        client.send(BODY)
        assert client.answer().status == 202
        assert client.ask("GET", path).status == 200


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_client_may_end_its_half_after_a_whole_request(front_end, site):
    path = f"/{front_end}/v2.1/servers"
    with site.client() as client:
        client.send(post(path, BODY, f"Content-Length: {SIZE}")).end()
        assert client.answer().status == 202
        assert client.rest() == b""


def test_requests_may_follow_each_other_without_waiting(site):
    with site.client() as client:
        client.send(b"\r\n", *(request("GET", f"/falcon/v2.1/flavors/{n}") for n in (1, 2, 3)))
        assert [client.answer().json()["flavor"]["id"] for _ in range(3)] == ["1", "2", "3"]


def test_the_host_of_a_target_counts(site):
    with site.client() as client:
        answer = client.ask("GET", "http://named.example:1/falcon/v2.1/flavors/1")
        flavor = answer.json()["flavor"]
        assert flavor["links"][0]["href"].startswith("http://named.example:1/")


@pytest.mark.parametrize("fields", ["", "Host: a b<>\r\n"])
def test_a_request_names_its_host(fields, path, site):
    refused(site, f"GET {path} HTTP/1.1\r\n{fields}X-Auth-Token: {TOKEN}\r\n\r\n", end=False)


def test_a_connection_ends_where_one_of_its_options_says_so(site):
    for options in (["x, close"], ["Upgrade", "Close"]):
        with site.client() as client:
            fields = [("Connection", option) for option in options]
            client.send(request("GET", "/falcon/v2.1/flavors/1", headers=fields))
            answer = client.answer()
            assert (answer.status, answer.headers["connection"]) == (200, "close")
            assert client.rest() == b""
