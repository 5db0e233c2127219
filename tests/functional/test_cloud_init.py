"""cloud-init reads the metadata service and the config drive, as it does in a guest's image.

Debian's package is unpacked, and not installed: it would set this machine up at its next start.
"""

import gzip
import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import asdict
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from computeapi.domain.guest_data import GuestData
from computeapi.domain.server_ports import PortSubnet
from computeapi.metadata_api.app import MetadataApp
from computeapi.standalone import image_packages
from computeapi.virt.config_drive import build_files
from testing.processes import unmeasured
from tests import guests

READER = Path(__file__).parent / "clients" / "cloud_init.py"
MAC = "fa:16:3e:00:00:01"
KEY = "ssh-ed25519 AAAA me"
VENDOR = {"cloud-init": "#cloud-config\npackages: [htop]\n"}
IPV4 = PortSubnet(
    "10.0.0.5", "10.0.0.0/23", "10.0.0.1", False, None, ("9.9.9.9",), (("10.9.0.0/16", "10.0.0.2"),)
)
IPV6 = PortSubnet("fd00::5", "fd00::/64", "fd00::1", False)


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """The folder of the modules of cloud-init."""
    if image_packages.unavailable_reason():
        pytest.skip("cloud-init is had from a mirror of Debian or Ubuntu, by apt-get")
    work = tmp_path_factory.mktemp("cloud-init")
    image_packages.unpack(["cloud-init"], work, work / "root")
    return work / "root" / "usr" / "lib" / "python3" / "dist-packages"


def user_data() -> bytes:
    """Return a script and a configuration in one, packed, as users pass them."""
    whole = MIMEMultipart()
    for kind, name, text in (
        ("x-shellscript", "first.sh", "#!/bin/sh\necho first\n"),
        ("cloud-config", "config.yaml", "#cloud-config\nhostname: other\n"),
    ):
        part = MIMEText(text, kind)
        part.add_header("Content-Disposition", "attachment", filename=name)
        whole.attach(part)
    return gzip.compress(whole.as_bytes())


def server(*subnets):
    card = {"port_id": "5f2a7c1e-8a52-4a41-92f0-1d7f2b3c4d5e", "network_id": "net", "tag": None}
    card |= {"mac_address": MAC, "mtu": 1442, "subnets": [asdict(subnet) for subnet in subnets]}
    return guests.make_server(
        key_name="mine",
        public_key=KEY,
        metadata={"role": "db"},
        user_data=guests.base64_of(user_data()),
        interfaces=[card],
    )


class Handler(WSGIRequestHandler):
    def log_message(self, *arguments):
        """Write no line for each request."""


@contextmanager
def served(found, tmp_path):
    """Serve the metadata of a server, to any caller; yield the arguments of the reader."""
    data = GuestData(found, VENDOR, "", ())
    service = SimpleNamespace(get=lambda *_: data)
    app = MetadataApp(service, lambda _environ: (found.id, found.project_id))
    with make_server("127.0.0.1", 0, app, handler_class=Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield "service", f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@contextmanager
def on_a_drive(found, tmp_path):
    """Write the files of a config drive; yield the arguments of the reader."""
    for path, content in build_files(found, vendor_data=VENDOR).items():
        file = tmp_path / "drive" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    yield "drive", str(tmp_path / "drive")


@pytest.fixture(params=[served, on_a_drive])
def read(request, package, tmp_path):
    """A function that returns what cloud-init understands of a server."""

    def read(found) -> dict:
        with request.param(found, tmp_path) as arguments:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", READER, *arguments, MAC],
                env=unmeasured() | {"PYTHONPATH": str(package), "PATH": os.defpath},
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return read


def test_cloud_init_learns_all_of_its_server(read):
    found = server(IPV4, IPV6)
    understood = read(found)
    told = {name: understood[name] for name in ("id", "hostname", "keys", "zone", "meta")}
    assert told == {
        "id": found.id,
        "hostname": "web-1",
        "keys": [KEY],
        "zone": "nova",
        "meta": {"role": "db"},
    }
    assert understood["vendor_data"] == {"packages": ["htop"]}
    assert understood["user_data"] == {
        "first.sh": "#!/bin/sh\necho first\n",
        "config.yaml": "#cloud-config\nhostname: other\n",
    }
    (card,) = understood["netplan"]["network"]["ethernets"].values()
    assert card["match"] == {"macaddress": MAC}
    assert sorted(card["addresses"]) == ["10.0.0.5/23", "fd00::5/64"]
    routes = {(route["to"], route["via"]) for route in card["routes"]}
    assert routes == {("0.0.0.0/0", "10.0.0.1"), ("10.9.0.0/16", "10.0.0.2"), ("::/0", "fd00::1")}
    assert card["nameservers"]["addresses"] == ["9.9.9.9"]


def test_cloud_init_asks_for_the_addresses_that_the_network_gives(read):
    leased = PortSubnet("10.0.0.5", "10.0.0.0/24", "10.0.0.1", True)
    announced = PortSubnet("fd00::5", "fd00::/64", "fd00::1", True, "slaac")
    (card,) = read(server(leased, announced))["netplan"]["network"]["ethernets"].values()
    assert (card["dhcp4"], card["dhcp6"]) == (True, True)
    assert "addresses" not in card
