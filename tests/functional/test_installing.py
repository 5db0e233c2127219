"""The steps of doc/source/operator/installing.rst, word by word, beside a real Keystone and Glance.

Only addresses, folders and the services' user of the document are exchanged for those of the test,
which is one user; tests/unit/test_installing_users.py reads the files as another one.
"""

import configparser
import os
import shlex
import shutil
import signal
import subprocess
from contextlib import ExitStack, contextmanager

import pytest

from computeapi.standalone.state import StateFolder
from testing.processes import unmeasured
from tests.functional.api_process import free_port
from tests.functional.clouds import BIN, TIMEOUT, eventually, temporary_cloud
from tests.installing_guide import ROOT, SUDO, sections


class Site:
    """A site that follows the guide: its shell, and the services of its units."""

    def __init__(self, folder, cloud, database):
        self._folder = folder
        self._port, self._tls_port = free_port(), free_port()
        settings = StateFolder(cloud.path).load()
        self._exchange = {
            "http://keystone.example.org:5000/v3": settings.endpoints["identity"],
            "http://glance.example.org:9292": settings.endpoints["image"],
            "compute.example.org:8443": f"127.0.0.1:{self._tls_port}",
            "postgresql+psycopg://computeapi:secret@db.example.org/computeapi": database,
            "/opt/computeapi/bin": str(BIN),
            "/etc/computeapi": str(folder / "etc"),
            "/var/lib/computeapi": str(folder / "state"),
            "driver = libvirt": "driver = fake",
            "processes = 2\n": f"processes = 2\nport = {self._port}\n",
            "127.0.0.1:8774": f"127.0.0.1:{self._port}",
            "listen 8443": f"listen 127.0.0.1:{self._tls_port}",
        }
        self._certificate = folder / "etc" / "compute.example.org.crt"
        self._environment = unmeasured() | {
            "PATH": f"{folder / 'bin'}:{BIN}:{os.environ['PATH']}",
            "OS_CLIENT_CONFIG_FILE": str(cloud.path / "clouds.yaml"),
            "OS_CLOUD": "computeapi-admin",
            "REQUESTS_CA_BUNDLE": str(self._certificate),
        }
        for name in ("etc", "state", "bin"):
            (folder / name).mkdir(mode=0o700)
        sudo = folder / "bin" / "sudo"
        sudo.write_text(SUDO)
        sudo.chmod(0o700)

    def own(self, text):
        """Return a text of the guide with this site's addresses and folders."""
        for theirs, ours in self._exchange.items():
            text = text.replace(theirs, ours)
        return text.replace("--group computeapi", f"--group {os.getgid()}")

    def run(self, text, **variables):
        """Run a script as the guide has it; return its output."""
        done = subprocess.run(
            ["bash", "-euc", self.own(text)],
            cwd=ROOT,
            env=self._environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=5 * TIMEOUT,  # a block has several commands, and a client starts slowly
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def export(self, text):
        """Run the block of variables, and keep them."""
        found = self.run(f"{text}\nenv -0")
        self._environment = dict(pair.split("=", 1) for pair in found.split("\0") if "=" in pair)

    def make_certificate(self):
        key = self._certificate.with_suffix(".key")
        self.run(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1"
            f" -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {self._certificate} 2>&1"
        )

    @contextmanager
    def unit(self, name):
        """Run what a systemd unit starts."""
        unit = configparser.ConfigParser(interpolation=None, strict=False)
        unit.optionxform = str
        unit.read_string((ROOT / "etc" / "systemd" / f"{name}.service").read_text())
        with self.process(shlex.split(self.own(unit["Service"]["ExecStart"])), name):
            yield

    @contextmanager
    def process(self, command, name):
        log = self._folder / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                command, env=self._environment, stdout=output, stderr=output, cwd=self._folder
            )
        try:
            yield process
            assert process.poll() is None, log.read_text()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(TIMEOUT)

    @contextmanager
    def proxy(self):
        """Run nginx with the guide's server block."""
        block = self._folder / "computeapi.conf"
        block.write_text(self.own((ROOT / "etc" / "nginx" / "computeapi.conf").read_text()))
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{kind}_temp_path {self._folder}/{kind};" for kind in kinds)
        whole = self._folder / "nginx.conf"
        whole.write_text(
            f"daemon off; pid {self._folder}/nginx.pid; error_log stderr;"
            f"events {{}} http {{ access_log off; {folders} include {block}; }}"
        )
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "nginx is not installed: see bindep.txt"
        with self.process([program, "-p", self._folder, "-c", whole], "nginx"):
            yield

    @contextmanager
    def running(self):
        """Run the service behind its proxy, and wait until it answers."""
        with ExitStack() as stack:
            for name in ("computeapi-api", "computeapi-worker"):
                stack.enter_context(self.unit(name))
            stack.enter_context(self.proxy())
            url = f"https://127.0.0.1:{self._tls_port}/"
            ask = ["curl", "-sf", "--cacert", self._certificate, url]
            eventually("an answer", lambda: subprocess.run(ask, check=False).returncode == 0)
            yield


@pytest.fixture
def site(tmp_path, postgresql, postgresql_url):
    with temporary_cloud() as cloud:
        cloud.up("falcon", "--driver", "fake")
        made = Site(tmp_path, cloud, postgresql_url)
        made.restored = postgresql.url(postgresql.create())
        # The cloud is here for its Keystone and Glance; the guide registers the service anew.
        made.run("openstack user delete computeapi; openstack service delete computeapi || "
                 "openstack service delete nova", REQUESTS_CA_BUNDLE="")  # fmt: skip
        yield made


def test_the_steps_lead_to_a_running_service(site):
    steps = sections()
    site.make_certificate()
    site.export(*steps["Variables"])
    for title in ("Register the service in Keystone", "Configure it", "Create the tables"):
        for block in steps[title]:
            site.run(block)
    boot, *_ = steps["Boot a server"]
    with site.running():
        eventually(
            "a host", lambda: "nova" in site.run("openstack availability zone list --compute")
        )
        assert "ACTIVE" in site.run(boot)
        site.run("openstack server create --image computeapi-test --flavor m1.nano --wait kept")
    for block in steps["Upgrade"] + steps["Back up"]:
        site.run(block, RESTORED=site.restored.replace("+psycopg", ""))
    with site.running():
        assert "ACTIVE" in site.run("openstack server show kept -f value -c status")
        site.run("openstack server delete --wait kept")
