"""Tokens that cannot be tokens are the caller's fault, and an outage is Keystone's alone."""

import itertools
import json

import pytest

#: What a header may hold, and what a WSGI server hands on of one.
MALFORMED = {
    "empty": "",
    "spaces": "   ",
    "delete": "x\x7f",
    "null": "x\x00y",
    "line end": "x\r\nX-Forged: y",
    "escape": "\x1b[31mx",
    "tab inside": "x\ty",
    "space inside": "x y",
    "Latin-1": "x\xe9",
    "UTF-8 as Latin-1": "ключ".encode().decode("latin-1"),
    "no-break space inside": "x\xa0y",
    "Cyrillic": "ключ",
    "emoji": "x\U0001f511",
    "half a pair": "x\ud83d",
    "too long": "x" * 4097,
    "far too long": "x" * 200_000,
}
HEADERS = {
    "the caller's": lambda good, bad: {"HTTP_X_AUTH_TOKEN": bad},
    "its older name": lambda good, bad: {"HTTP_X_STORAGE_TOKEN": bad},
    "a service's": lambda good, bad: {"HTTP_X_AUTH_TOKEN": good, "HTTP_X_SERVICE_TOKEN": bad},
}
#: An empty header for a service's token is none: the request is the caller's alone.
CASES = sorted({*itertools.product(HEADERS, MALFORMED)} - {("a service's", "empty")})
#: A token that is well formed, and as long as any.
LONGEST = "x" * 4096


@pytest.fixture(scope="module")
def dead(guard):
    """A filter whose Keystone does not answer."""
    return guard(auth_url="http://127.0.0.1:9/v3", www_authenticate_uri="http://127.0.0.1:9/v3")


@pytest.mark.parametrize("fast", ["true", "false"])
@pytest.mark.parametrize(("header", "kind"), CASES)
def test_a_malformed_token_is_refused_without_asking(fast, header, kind, guard, keystone):
    guarded, good = guard(fast=fast), keystone.issue()
    for _ in range(2):
        before = [token for token in keystone.asked if token != good]
        status, headers, body = guarded.ask(**HEADERS[header](good, MALFORMED[kind]))
        assert status == 401
        assert headers["WWW-Authenticate"] == f'Keystone uri="{keystone.url}"'
        assert "code" in json.loads(body)["error"]
        assert [token for token in keystone.asked if token != good] == before
    assert guarded.seen is None


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_token_is_refused_during_an_outage_too(kind, dead):
    assert dead.ask(MALFORMED[kind])[0] == 401


def test_a_token_of_any_length_that_could_be_one_is_asked_about(guard, keystone, dead):
    guarded = guard()
    for token in (LONGEST, "!", "a.b-c_d~e=", "{}"):
        assert guarded.ask(token)[0] == 401
        assert keystone.asked[-1] == token
        assert dead.ask(token)[0] == 503


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        *((code, 401) for code in (400, 404, 413, 414, 431)),
        *((code, 503) for code in (401, 403, 408, 429, 500, 502, 503, 504)),
    ],
)
@pytest.mark.parametrize("fast", ["true", "false"])
def test_what_keystone_refuses_is_a_401_and_what_fails_is_a_503(
    answer, status, fast, guard, keystone
):
    guarded, token = guard(fast=fast), f"gAAAAA-{answer}"
    keystone.refuses = answer
    try:
        got, headers, _ = guarded.ask(token)
        assert got == status
        assert ("Retry-After" in headers) is (status == 503)
        known = {"HTTP_X_SERVICE_TOKEN": token}
        assert guarded.ask("gAAAAA-other", **known)[0] == status
    finally:
        keystone.refuses = 404
