"""Which web pages may open consoles."""

import pytest

from computeapi.console_proxy import origins

HOST = {"Host": "console.example:6080"}


def fault(scheme="http", allowed=(), **headers):
    return origins.fault(
        HOST | {k.replace("_", "-"): v for k, v in headers.items()}, scheme, allowed
    )


def test_a_client_that_is_no_browser_may_open_consoles():
    assert fault() is None
    assert fault("https") is None


@pytest.mark.parametrize(
    "origin",
    ["http://console.example:6080", "http://console.example", "http://CONSOLE.example:1"],
)
def test_the_proxys_own_pages_may(origin):
    assert fault(Origin=origin) is None


@pytest.mark.parametrize(
    "origin",
    [
        *(
            "http://evil.example:6080",
            "http://console.example.evil.example",
            "http://xconsole.example",
        ),
        *("null", "", "console.example", "//console.example", "http://", "http://[console.example"),
        "http://user@evil.example",
    ],
)
def test_other_pages_may_not(origin):
    assert fault(Origin=origin)


def test_pages_of_other_hosts_may_when_the_operator_says_so():
    assert fault(Origin="http://dashboard.example", allowed=["Dashboard.example"]) is None
    assert fault(Origin="http://dashboard.example:81", allowed=["dashboard.example"]) is None
    assert fault(Origin="http://other.example", allowed=["dashboard.example"])


def test_the_page_came_the_way_that_consoles_are_opened():
    assert fault("https", Origin="http://console.example")
    assert fault("http", Origin="https://console.example")
    assert fault("https", Origin="https://console.example") is None
    # TLS ends in front of the proxy, which sees plain HTTP.
    ended = {"Origin": "http://console.example", "X_Forwarded_Proto": "https"}
    assert fault("https", **ended) is None
    assert fault("http", **ended)


@pytest.mark.parametrize("host", ["", "[", "[::1"])
def test_a_malformed_host_admits_no_page(host):
    assert origins.fault({"Host": host, "Origin": "http://console.example"}, "http", ())
    assert origins.fault({"Origin": "http://console.example"}, "http", ())


def test_addresses_of_ipv6():
    headers = {"Host": "[::1]:6080", "Origin": "http://[::1]:6080"}
    assert origins.fault(headers, "http", ()) is None
