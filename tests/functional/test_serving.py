"""The API as a process: each server, any WSGI server, one front end or both."""

import pytest

from tests.functional import api_process
from tests.functional.api_process import FRONT_ENDS, SERVERS, Site


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path, api_process.free_port())


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_server_serves_a_front_end(server, front_end, site):
    site.server, site.front_end = server, front_end
    with site.write().api(), site.client() as client:
        versions = client.ask("GET", "/", token=None).json()["versions"]
        assert [version["id"] for version in versions] == ["v2.0", "v2.1"]
        assert client.ask("GET", "/v2.1/servers").json() == {"servers": []}
        links = client.ask("GET", "/v2.1/flavors/1").json()["flavor"]["links"]
        assert links[0]["href"] == "http://compute.example:8774/v2.1/flavors/1"
        assert client.ask("GET", "/v2.1/servers", token=None).status == 401
        # Proxies check the health of a service so.
        for method in ("GET", "HEAD", "OPTIONS"):
            with site.client() as proxy:
                proxy.send(f"{method} / HTTP/1.0\r\n\r\n")
                assert proxy.answer(method).status == 200
                assert proxy.rest() == b""


def test_both_front_ends_in_one_process(site):
    with site.write().api("both"), site.client() as client:
        for prefix in FRONT_ENDS:
            flavor = client.ask("GET", f"/{prefix}/v2.1/flavors/1").json()["flavor"]
            assert flavor["links"][0]["href"] == (
                f"http://compute.example:8774/{prefix}/v2.1/flavors/1"
            )


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


@pytest.mark.parametrize("server", SERVERS)
def test_a_log_entry_names_its_request_and_its_server(server, site):
    site.server, site.debug = server, True
    server_id = "7ac1f6c2-0b0b-4c3c-9c9c-0123456789ab"
    with site.write().api(), site.client() as client:
        answer = client.ask("GET", f"/v2.1/servers/{server_id}")
    (entry,) = [
        line for line in site.log.splitlines() if f'"GET /v2.1/servers/{server_id} ' in line
    ]
    assert f" {answer.headers['x-openstack-request-id']} fred demo " in entry
    assert f"[instance: {server_id}]" in entry


def test_requests_are_logged_where_debugging_is_on(site):
    site.debug = True
    with site.write().api(), site.client() as client:
        forged = "%0A2026-01-01 00:00:00,000 1 INFO forged%1B[2J%E2%80%A8"
        client.ask("GET", f"/v2.1/{forged}".replace(" ", "%20"), headers=[("User-Agent", "\xe9")])
        client.ask("GET", "/v2.1/flavors/1", headers=[("User-Agent", "curl")])
    assert '"GET /v2.1/flavors/1 HTTP/1.1" 200' in site.log
    assert not any(line.startswith("2026-01-01 00:00:00") for line in site.log.splitlines())
    assert "\x1b" not in site.log
