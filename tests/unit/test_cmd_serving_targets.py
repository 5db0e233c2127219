"""The target of a request, its host and its options, as the application is shown them."""

import pytest

from computeapi.cmd.serving.targets import normal
from computeapi.filters.size_limit import Refused

HOST = b"Host: h"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"GET /v2.1?a=b HTTP/1.1", b"GET /v2.1?a=b HTTP/1.1"),
        (b"GET // HTTP/1.0", b"GET // HTTP/1.0"),
        (b"OPTIONS * HTTP/1.1", b"OPTIONS / HTTP/1.1"),
        (b"CONNECT /v2.1 HTTP/1.1", b"CONNECT /v2.1 HTTP/1.1"),
    ],
)
def test_a_path_is_shown_as_it_is(sent, shown):
    assert normal(sent, [b"X: y", HOST]) == (shown, [b"X: y", HOST])


@pytest.mark.parametrize(
    ("target", "path", "host"),
    [
        (b"http://other:8774/v2.1/flavors?limit=1", b"/v2.1/flavors?limit=1", b"other:8774"),
        (b"HTTPS://[fe80::1]:8774", b"/", b"[fe80::1]:8774"),
        (b"http://other?limit=1", b"/?limit=1", b"other"),
    ],
)
def test_the_host_of_the_target_counts(target, path, host):
    for fields in ([HOST], []):
        line, lines = normal(b"GET " + target + b" HTTP/1.1", [*fields, b"X: y"])
        assert line == b"GET " + path + b" HTTP/1.1"
        assert lines == [b"X: y", b"Host: " + host]


@pytest.mark.parametrize(
    "line",
    [
        b"GET v2.1/flavors HTTP/1.1", b"GET * HTTP/1.1", b"CONNECT a:80 HTTP/1.1",
        b"GET /flavors#x HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET http:///v2.1 HTTP/1.1",
        b"GET http://a<b/ HTTP/1.1", b"GET ftp://a/ HTTP/1.1", b"GET http://u@a/ HTTP/1.1",
    ],
)  # fmt: skip
def test_other_targets_are_refused(line):
    with pytest.raises(Refused) as caught:
        normal(line, [HOST])
    assert caught.value.code == 400


@pytest.mark.parametrize("host", [b"h", b"h:8774", b"10.0.0.1:", b"[::1]:80", b"a_b.example", b""])
def test_a_host_is_taken(host):
    assert normal(b"GET / HTTP/1.1", [b"hOST:  " + host + b" "])[1] == [b"hOST:  " + host + b" "]


@pytest.mark.parametrize(
    "lines",
    [
        [], [HOST, HOST], [b"Host: a b<>"], [b"Host: a/b"], [b"Host: a:b"], [b"Host: [::1"],
        [b"Host: \xe9"], [b"Host: a\tb"], [b"Host: h, h"],
    ],
)  # fmt: skip
def test_a_host_is_missing_or_malformed(lines):
    with pytest.raises(Refused) as caught:
        normal(b"GET / HTTP/1.1", lines)
    assert "Host" in caught.value.message


def test_http_1_0_has_no_host():
    assert normal(b"GET / HTTP/1.0", []) == (b"GET / HTTP/1.0", [])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ([b"close"], [b"close"]),
        ([b"x, Close"], [b"close"]),
        ([b"Upgrade", b"close ,x"], [b"close"]),
        ([b"keep-alive"], [b"keep-alive"]),
        ([b"closed, x"], [b"closed, x"]),
        ([], []),
    ],
)
def test_a_connection_is_closed_where_an_option_says_so(sent, shown):
    fields = [HOST, *(b"Connection: " + value for value in sent)]
    assert normal(b"GET / HTTP/1.1", fields)[1] == [
        HOST,
        *(b"Connection: " + value for value in shown),
    ]
