"""Drivers to test: fake, libvirt's test driver, and real QEMU guests by the embedded driver."""

import contextlib
import ctypes
import os
import queue
import shutil
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from computeapi import conf as configuration
from computeapi.domain.servers import PowerState
from computeapi.virt import load
from computeapi.virt.availability import unavailable_reason
from computeapi.virt.driver import Driver, GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.libvirt import embed as embed_root

#: The boot sector of a guest that is up in a moment. It says so on the serial port, waits for
#: the power button and then switches itself off, as "as --64" and "ld -Ttext=0x7c00" make of
#:
#:         .intel_syntax noprefix
#:         .code16
#: start:  xor     ax, ax
#:         mov     ds, ax
#:         cld
#:         mov     si, offset hello
#:         call    print
#:         mov     dx, 0x602               # ACPI PM1 enable: power button
#:         mov     ax, 0x100
#:         out     dx, ax
#:         sti
#: wait:   hlt
#:         mov     dx, 0x600               # ACPI PM1 status
#:         in      ax, dx
#:         test    ah, 1
#:         jz      wait
#:         mov     si, offset bye
#:         call    print
#:         mov     dx, 0x604               # ACPI PM1 control: sleep state S5
#:         mov     ax, 0x2000
#:         out     dx, ax
#: print:  lodsb
#:         test    al, al
#:         jz      done
#:         mov     dx, 0x3f8
#:         out     dx, al
#:         jmp     print
#: done:   ret
#: hello:  .asciz  "guest: up\r\n"
#: bye:    .asciz  "guest: off\r\n"
BOOT_SECTOR = bytes.fromhex(
    "31c08ed8fcbe367ce81f00ba0206b80001effbf4ba0006edf6c40174f6be427c"
    "e80700ba0406b80020efac84c07406baf803eeebf5c367756573743a2075700d"
    "0a0067756573743a206f66660d0a00"
)
#: The same guest, deaf: it never enables the power button.
DEAF_BOOT_SECTOR = BOOT_SECTOR.replace(bytes.fromhex("b80001ef"), bytes.fromhex("b80000ef"))

#: Of <linux/prctl.h>: orphans below this process become its children.
PR_SET_CHILD_SUBREAPER = 36

URIS = {"embed": "qemu:///embed?root=$state_path/libvirt", "test": "test:///default"}


def boot_image(path: Path, sector: bytes) -> Path:
    path.write_bytes((sector.ljust(510, b"\0") + b"\x55\xaa").ljust(1024**2, b"\0"))
    return path


def wait_until(condition: Callable[[], object], timeout: float = 20.0) -> None:
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, f"nothing happened in {timeout} s"
        time.sleep(0.05)


def find_qemu(server_id: str, program: bytes = b"qemu-system") -> int | None:
    """Return the process of a guest, also of one that another process started."""
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except (FileNotFoundError, ProcessLookupError):
            continue
        if program in command and server_id.encode() in command:
            return int(entry.name)
    return None


@dataclass
class Bench:
    """A driver that is open, and what a test needs around it."""

    kind: str
    state: Path
    driver: Driver
    options: object
    changes: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)
    standing: str = ""
    hypervisor: object = None

    def spec(self, **values: object) -> GuestSpec:
        server_id = str(uuid.uuid4())
        defaults = {
            "server_id": server_id,
            "name": f"instance-{server_id}",
            "vcpus": 1,
            "memory_mb": 32,
            "disk_gb": 1,
            "image_path": self.state / "boot.raw",
            "image_format": "raw",
        }
        return GuestSpec(**{**defaults, **values})

    def kill(self, server_id: str) -> None:
        """End a guest behind the driver's back."""
        if self.kind == "fake":
            FakeDriver(make_conf("fake", self.state)).kill(server_id)
        elif self.kind == "test":
            self.hypervisor.lookupByUUIDString(server_id).destroy()
        else:
            os.kill(find_qemu(server_id), signal.SIGKILL)

    def wait_until_up(self, server_id: str) -> None:
        """Wait until what runs in a guest listens for the power button (ACPI PM1 enable)."""
        if self.kind == "embed":
            domains = pytest.importorskip("computeapi.virt.libvirt.domains")
            domain = self.domain(server_id)
            wait_until(lambda: domains.monitor(domain, "i /h 0x602").strip().endswith("0x0100"))

    def domain(self, server_id: str) -> object:
        """Return libvirt's domain of a guest."""
        return self.hypervisor.lookupByUUIDString(server_id)

    def settle(self) -> None:
        """Wait until what the driver did itself has been told."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.changes.get(timeout=0 if self.kind == "fake" else 1)

    def was_told_of(self, server_id: str, timeout: float = 15.0) -> bool:
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            try:
                if self.changes.get(timeout=left) == server_id:
                    return True
            except queue.Empty:
                break
        return False

    find = staticmethod(find_qemu)

    def left_of(self, server_id: str) -> list[str]:
        """Return the files and processes that bear a server's id."""
        files = [str(path) for path in self.state.rglob(f"*{server_id}*")]
        found = {find_qemu(server_id), find_qemu(server_id, b"slirp4netns")}
        return files + [f"process {pid}" for pid in found if pid]


def make_conf(kind: str, state: Path) -> object:
    conf = configuration.load()
    conf.set_override("state_path", str(state))
    conf.set_override("driver", "fake" if kind == "fake" else "libvirt", "worker")
    if kind != "fake":
        conf.set_override("uri", URIS[kind], "libvirt")
    if kind == "embed":
        # Looking for KVM has a test of its own, and takes seconds where KVM hangs.
        conf.set_override("virt_type", "qemu", "libvirt")
    return conf


@pytest.fixture(scope="session", autouse=True)
def _reaper() -> Iterator[None]:
    """Adopt QEMU as init does: libvirt detaches it from its parent, and waits until it is gone.

    Where process 1 is no real init, as in many containers, that takes seconds or for ever.
    """
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    assert prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    stop = threading.Event()
    thread = threading.Thread(target=reap, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()
    prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


#: The names under which a guest's processes die: QEMU is a Python program on its way.
GUEST_NAMES = ("qemu-system", "slirp4netns", "python")


def reap(stop: threading.Event) -> None:
    """Reap orphans of guests, and no child that somebody in this process waits for."""
    while not stop.wait(0.05):
        for pid in children():
            with contextlib.suppress(ChildProcessError, ProcessLookupError, FileNotFoundError):
                if is_orphan(pid):
                    os.waitpid(pid, os.WNOHANG)


def is_orphan(pid: int) -> bool:
    # Children that a test starts are of its own session; those that libvirt in this process forks
    # and waits for have this process's name until they are something else.
    name, own = (Path(f"/proc/{each}/comm").read_text() for each in (pid, "self"))
    return name.startswith(GUEST_NAMES) and name != own and os.getsid(pid) != os.getsid(0)


def children() -> list[int]:
    """Return the children of this process, dead ones included."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # the thread ended
            found += map(int, (task / "children").read_text().split())
    return found


@pytest.fixture(scope="session")
def short_tmp() -> Iterator[Callable[[], Path]]:
    """Make folders with names short enough for the Unix sockets below them."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="cv")))
        return made[-1]

    yield make
    for path in made:
        shutil.rmtree(path)


def uri_of(kind: str, state: Path) -> str:
    return embed_root.uri_of(state / "libvirt") if kind == "embed" else URIS[kind]


def open_bench(kind: str, state: Path) -> Iterator[Bench]:
    conf = make_conf(kind, state)
    reason = None if kind == "fake" else unavailable_reason(conf)
    if reason and ("not installed" in reason or "system user" in reason):
        pytest.skip(reason)
    assert not reason
    boot_image(state / "boot.raw", BOOT_SECTOR)
    boot_image(state / "deaf.raw", DEAF_BOOT_SECTOR)
    bench = Bench(kind, state, load(conf), conf)
    bench.driver.open(bench.changes.put)
    if kind != "fake":
        # Guests of libvirt's test driver live as long as somebody in the process is connected.
        bench.hypervisor = pytest.importorskip("libvirt").open(uri_of(kind, state))
    yield bench
    left = bench.driver.guests()
    for server_id in left:
        bench.driver.destroy(server_id)
    bench.driver.close()


@pytest.fixture(scope="session")
def fake_bench(short_tmp: Callable[[], Path]) -> Iterator[Bench]:
    yield from open_bench("fake", short_tmp())


@pytest.fixture(scope="session")
def test_bench(short_tmp: Callable[[], Path]) -> Iterator[Bench]:
    yield from open_bench("test", short_tmp())


@pytest.fixture(scope="session")
def embed_bench(short_tmp: Callable[[], Path]) -> Iterator[Bench]:
    # A process can open one embed root in its life, so this one is for all tests.
    yield from open_bench("embed", short_tmp())


@pytest.fixture(params=["fake", "test", "embed"])
def bench(request: pytest.FixtureRequest) -> Bench:
    return request.getfixturevalue(f"{request.param}_bench")


@pytest.fixture
def embed(embed_bench: Bench) -> Bench:
    return embed_bench


@pytest.fixture
def spawned(bench: Bench) -> str:
    """The id of a guest that runs: one for all tests, as a real one costs seconds."""
    if bench.standing not in bench.driver.guests():
        spec = bench.spec()
        bench.driver.spawn(spec, lambda: None)
        bench.standing = spec.server_id
    assert bench.driver.power_on(bench.standing).power_state == PowerState.RUNNING
    return bench.standing


@pytest.fixture
def spawn(bench: Bench) -> Iterator[Callable[..., GuestSpec]]:
    """A function that has a guest run for the length of a test, and returns its spec."""
    spawned = []

    def spawn(**values: object) -> GuestSpec:
        spec = bench.spec(**values)
        spawned.append(spec.server_id)
        bench.driver.spawn(spec, lambda: None)
        return spec

    yield spawn
    for server_id in spawned:
        bench.driver.destroy(server_id)
        assert bench.left_of(server_id) == []


#: The config drive of a guest.
DRIVE = {"openstack/latest/meta_data.json": b'{"hostname": "h"}'}


@pytest.fixture
def spawn_with_disks(spawn: Callable[..., GuestSpec]) -> Callable[..., GuestSpec]:
    """The same for guests that have every kind of disk."""
    return partial(spawn, ephemeral_gb=1, swap_mb=8, config_drive=DRIVE)


@pytest.fixture(scope="session")
def qemu_pid() -> Callable[[str], int | None]:
    return find_qemu


@pytest.fixture(scope="session", name="make_conf")
def make_conf_fixture() -> Callable[[str, Path], object]:
    return make_conf


@pytest.fixture(scope="session")
def make_driver() -> Callable[[str, Path], Driver]:
    return lambda kind, state: load(make_conf(kind, state))
