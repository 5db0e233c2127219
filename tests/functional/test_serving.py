"""The API as a process: each server, any WSGI server, one front end or both."""

import pytest

from tests.functional import api_process
from tests.functional.api_process import FRONT_ENDS, PASTE, SERVERS, Site, wait_for

#: The front ends under prefixes, and one of them without.
ALL = PASTE.replace("/falcon = on_falcon", "/ = main\n/falcon = on_falcon")


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path, api_process.free_port())


@pytest.fixture(scope="module", params=SERVERS)
def debugged(request, tmp_path_factory):
    """A server with both front ends in one process, which logs requests."""
    folder = tmp_path_factory.mktemp(request.param)
    site = Site(folder, api_process.free_port(), server=request.param, paste=ALL, debug=True)
    with site.write().api("both"):
        yield site


@pytest.mark.parametrize("prefix", ["", *(f"/{front_end}" for front_end in FRONT_ENDS)])
def test_a_server_serves_a_front_end(debugged, prefix):
    with debugged.client() as client:
        versions = client.ask("GET", f"{prefix}/", token=None).json()["versions"]
        assert [version["id"] for version in versions] == ["v2.0", "v2.1"]
        assert client.ask("GET", f"{prefix}/v2.1/servers").json() == {"servers": []}
        links = client.ask("GET", f"{prefix}/v2.1/flavors/1").json()["flavor"]["links"]
        assert links[0]["href"] == f"http://compute.example:8774{prefix}/v2.1/flavors/1"
        assert client.ask("GET", f"{prefix}/v2.1/servers", token=None).status == 401
        # Proxies check the health of a service so.
        for method in ("GET", "HEAD", "OPTIONS"):
            with debugged.client() as proxy:
                proxy.send(f"{method} {prefix}/ HTTP/1.0\r\n\r\n")
                assert proxy.answer(method).status == 200
                assert proxy.rest() == b""


def test_both_front_ends_in_one_process_by_resource(site):
    with site.write().api("migrating"), site.client() as client:
        assert client.ask("GET", "/v2.1/servers/detail").json() == {"servers": []}
        flavor = client.ask("GET", "/v2.1/flavors/1").json()["flavor"]
    assert flavor["links"][0]["href"] == "http://compute.example:8774/v2.1/flavors/1"


def test_any_wsgi_server_serves_it(site):
    listen = f"--listen=127.0.0.1:{site.port}"
    command = ["-m", "waitress", listen, "computeapi.cmd.wsgi:application"]
    running = site.write().running(command, COMPUTEAPI_CONFIG_FILE=str(site.config_file))
    with running, site.client() as client:
        assert client.ask("GET", "/v2.1/servers/detail").json() == {"servers": []}


def logged(site, text):
    """Return the lines of the log that have a text, as soon as there are some."""
    return wait_for(lambda: [line for line in site.log.splitlines() if text in line])


def test_a_log_entry_names_its_request_and_its_server(debugged):
    server_id = "7ac1f6c2-0b0b-4c3c-9c9c-0123456789ab"
    with debugged.client() as client:
        answer = client.ask("GET", f"/v2.1/servers/{server_id}")
    (entry,) = logged(debugged, f'"GET /v2.1/servers/{server_id} ')
    assert f" {answer.headers['x-openstack-request-id']} fred demo " in entry
    assert f"[instance: {server_id}]" in entry


def test_requests_are_logged_where_debugging_is_on(debugged):
    with debugged.client() as client:
        forged = "%0A2026-01-01 00:00:00,000 1 INFO forged%1B[2J%E2%80%A8"
        client.ask("GET", f"/v2.1/{forged}".replace(" ", "%20"), headers=[("User-Agent", "\xe9")])
        client.ask("GET", "/v2.1/flavors/2", headers=[("User-Agent", "curl")])
    # The one after it has been logged: so has the forged one.
    assert logged(debugged, '"GET /v2.1/flavors/2 HTTP/1.1" 200')
    assert not any(line.startswith("2026-01-01 00:00:00") for line in debugged.log.splitlines())
    assert "\x1b" not in debugged.log
