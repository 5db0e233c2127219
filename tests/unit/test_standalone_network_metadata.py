"""The proxy that leads guests to the metadata service: whose a request is, and where it goes."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest

pytest.importorskip("ovs", reason="the extra network is not installed")

from computeapi.metadata_api.requests import sign
from computeapi.standalone.parts.network import metadata_ports
from computeapi.standalone.parts.network.metadata_forwarding import Forwarding
from computeapi.standalone.parts.network.metadata_ports import LogicalPort, MetadataPort, Owner

MAC, METADATA_MAC = "fa:16:3e:0a:0b:0c", "fa:16:3e:00:00:01"
SERVER, PROJECT = "0d0c4b7e-5b2a-43c6-a6b1-b7b64b4e3b0c", "p1"


def port(name, kind="", mac_address=MAC, **ids):
    return LogicalPort(name, kind, mac_address, {f"neutron:{key}": ids[key] for key in ids})


def guest(cidrs, server_id=SERVER):
    owner = {"device_owner": "compute:nova", "device_id": server_id, "project_id": PROJECT}
    return port("guest", cidrs=cidrs, **owner)


def test_a_network_has_its_metadata_port_and_the_owners_of_its_addresses():
    ports = [
        port("meta", "localport", METADATA_MAC, cidrs="10.64.0.2/26 2001:db8::2/64"),
        guest("10.64.0.5/26 2001:db8::5/64"),
        port("router", "router", device_owner="network:router_interface", cidrs="10.64.0.1/26"),
        port("unbound", cidrs="10.64.0.9/26", device_owner="compute:nova"),
    ]
    found = metadata_ports.networks_of([("neutron-net", ports), ("other", ports)])
    assert list(found) == ["net"]
    network = found["net"]
    assert network.port == MetadataPort("meta", METADATA_MAC, ("10.64.0.2/26", "2001:db8::2/64"))
    owner = Owner(SERVER, PROJECT)
    assert network.owners == {
        "10.64.0.5": owner,
        "2001:db8::5": owner,
        "fe80::f816:3eff:fe0a:b0c": owner,
    }


def test_equal_addresses_of_two_networks_are_of_two_servers():
    other = "11111111-5b2a-43c6-a6b1-b7b64b4e3b0c"
    found = metadata_ports.networks_of(
        [("neutron-a", [guest("10.64.0.5/26")]), ("neutron-b", [guest("10.64.0.5/26", other)])]
    )
    owners = [found[name].owners["10.64.0.5"].server_id for name in "ab"]
    assert owners == [SERVER, other]


class Echo(BaseHTTPRequestHandler):
    """Answers with the request."""

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        told = {"method": self.command, "path": self.path, "headers": dict(self.headers)}
        body = json.dumps(told | {"body": self.rfile.read(length).decode()}).encode()
        self.send_response(409)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


@pytest.fixture
def echo():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def ask(url, address, path="/openstack", method="GET", body=b"", **more):
    app = Forwarding({"10.64.0.5": Owner(SERVER, PROJECT)}.get, url, "secret")
    environ = {"REMOTE_ADDR": address, "PATH_INFO": path, "REQUEST_METHOD": method, **more}
    environ["wsgi.input"] = BytesIO(body)
    setup_testing_defaults(environ)
    started = []
    content = b"".join(app(environ, lambda *start: started.extend(start)))
    return started[0], dict(started[1]), content


def test_a_request_is_sent_on_in_the_name_of_the_server_alone(echo):
    forged = {"HTTP_X_INSTANCE_ID": "other", "HTTP_X_TENANT_ID": "p2"}
    path = "/openstack/latest/pass word"
    status, headers, content = ask(echo, "10.64.0.5", path, "POST", b"secret", **forged)
    assert (status, headers["Content-Type"]) == ("409 Conflict", "application/json")
    told = json.loads(content)
    assert (told["method"], told["path"]) == ("POST", "/openstack/latest/pass%20word")
    assert told["body"] == "secret"
    assert told["headers"]["X-Instance-ID"] == SERVER
    assert told["headers"]["X-Tenant-ID"] == PROJECT
    assert told["headers"]["X-Instance-ID-Signature"] == sign("secret", SERVER)
    assert told["headers"]["X-Forwarded-For"] == "10.64.0.5"


def test_an_address_that_no_server_has_is_404(echo):
    assert ask(echo, "10.64.0.6")[0] == "404 Not Found"


def test_a_metadata_service_that_does_not_answer_is_503():
    assert ask("http://127.0.0.1:1", "10.64.0.5")[0] == "503 Service Unavailable"
