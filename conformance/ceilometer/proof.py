"""Holds the servers that Ceilometer's compute agent finds against the guest that runs."""

import hashlib
import json
import os
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from computeapi import conf as configuration
from computeapi.virt import load
from computeapi.virt.descriptions import ServerDescription
from computeapi.virt.driver import GuestSpec
from testing import processes

_DAEMON = "/usr/sbin/libvirtd"
#: A user of its own to the daemon, which serves root for the whole host, but with root's files.
_AS_ORDINARY_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
_SERVER = ServerDescription(
    name="n\N{LATIN SMALL LETTER A WITH DIAERESIS}me <&>",
    user_id="u" * 32,
    project_id="p" * 32,
    created_at=datetime(2026, 11, 27, 1, 2, 3),
    flavor_id="42",
    flavor_name="m1.nano",
    extra_specs={"hw:cpu_cores": "1"},
    image_id=str(uuid.UUID(int=1)),
    image_properties={"hw_disk_bus": "virtio"},
)


def run(python: str) -> int:
    """Run a guest on a libvirt of its own, and let Ceilometer find it.

    :param python: the Python of the virtualenv that has Ceilometer.
    :returns: 0, or 1 when Ceilometer finds another server than the one that runs.
    """
    with tempfile.TemporaryDirectory(prefix="cv") as name, _libvirt(Path(name)) as uri:
        with _guest(Path(name), uri) as spec:
            command = [python, "-W", "ignore", "-m", "conformance.ceilometer.discovery", uri]
            done = subprocess.run(
                command, cwd=processes.ROOT, check=True, stdout=subprocess.PIPE, text=True
            )
        return _report(json.loads(done.stdout), spec)


@contextmanager
def _libvirt(folder: Path) -> Iterator[str]:
    """Serve a libvirt that has its files in a folder; the URI by which it is reached."""
    names = ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    environment = {name: str(folder / name) for name in names}
    for path in environment.values():
        Path(path).mkdir()
    command = [*(_AS_ORDINARY_USER if os.geteuid() == 0 else []), _DAEMON]
    socket = folder / "XDG_RUNTIME_DIR" / "libvirt" / "libvirt-sock"
    log = folder / "libvirtd.log"
    with log.open("wb") as errors:
        daemon = subprocess.Popen(
            processes.command(command), env={**os.environ, **environment}, stderr=errors
        )
    try:
        processes.wait_until(socket.exists, daemon, log)
        yield f"qemu+unix:///session?socket={socket}"
    finally:
        processes.stop(daemon)


@contextmanager
def _guest(folder: Path, uri: str) -> Iterator[GuestSpec]:
    """Run a guest, which has nothing to boot from."""
    conf = configuration.load()
    conf.set_override("state_path", str(folder / "state"))
    conf.set_override("driver", "libvirt", "worker")
    conf.set_override("uri", uri, "libvirt")
    spec = GuestSpec(
        str(uuid.uuid4()), "instance-00000001", vcpus=1, memory_mb=32, disk_gb=1, server=_SERVER
    )
    driver = load(conf)
    driver.open(lambda _: None)
    try:
        driver.spawn(spec, lambda: None)
        yield spec
    finally:
        driver.destroy(spec.server_id)
        driver.close()


def _report(found: Mapping[str, Mapping[str, Any]], spec: GuestSpec) -> int:
    """Print the differences; return whether there are any."""
    seen = found.get(spec.server_id, {"server": {}, "measured": {}})
    wanted = expected(spec)
    wrong = {name: (seen["server"].get(name), value) for name, value in wanted.items()}
    wrong = {name: pair for name, pair in wrong.items() if pair[0] != pair[1]}
    for name, (one, other) in wrong.items():
        print(f"{name}: Ceilometer has {one!r}, the server {other!r}")
    measured = seen["measured"]
    is_measured = measured.get("cpu_time", 0) > 0 and measured.get("disks") == ["vda"]
    print(f"Ceilometer found {sorted(found)} and measured {measured}")
    return int(bool(wrong) or not is_measured)


def expected(spec: GuestSpec) -> dict[str, object]:
    """Return the facts that Ceilometer has to note about a server, as Nova's API names them."""
    host_id = hashlib.sha224(f"{_SERVER.project_id}host-1".encode()).hexdigest()
    return {
        "name": _SERVER.name,
        "flavor": {
            "id": "42",
            "name": "m1.nano",
            "vcpus": 1,
            "ram": 32,
            "disk": 1,
            "ephemeral": 0,
            "swap": 0,
            "extra_specs": dict(_SERVER.extra_specs),
        },
        "image": {"id": _SERVER.image_id},
        "image_meta": {"base_image_ref": _SERVER.image_id, **_SERVER.image_properties},
        "OS-EXT-SRV-ATTR:instance_name": spec.name,
        "OS-EXT-STS:vm_state": "running",
        "status": "active",
        "tenant_id": _SERVER.project_id,
        "user_id": _SERVER.user_id,
        "hostId": host_id,
    }
