"""Consoles of guests: of the fake driver, and of a real QEMU."""

import contextlib
import time

import pytest

from computeapi.domain.console_tokens import ConsoleType
from computeapi.virt.driver import DriverError, GuestNotFound
from tests.virt.rfb import Viewer

NOBODY = "00000000-0000-4000-8000-000000000000"


def nothing():
    pass


@pytest.fixture(params=["fake", "embed"])
def running(request):
    """A driver with consoles, and the id of a guest of its own that runs."""
    bench = request.getfixturevalue(f"{request.param}_bench")
    spec = bench.spec()
    bench.driver.spawn(spec, nothing)
    bench.wait_until_up(spec.server_id)
    yield bench, spec.server_id
    bench.driver.destroy(spec.server_id)
    assert bench.left_of(spec.server_id) == []


def connect(running, console_type):
    bench, server_id = running
    stream = bench.driver.connect_console(server_id, console_type)
    stream.settimeout(20)
    return contextlib.closing(stream)


def ended(stream):
    """Return whether the other side closes a connection."""
    try:
        while stream.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def test_a_running_guest_has_both_consoles(running):
    bench, server_id = running
    assert bench.driver.console_types(server_id) == set(ConsoleType)


def test_two_viewers_see_the_screen(running):
    with connect(running, ConsoleType.NOVNC) as one, connect(running, ConsoleType.NOVNC) as other:
        pictures = [Viewer(one).picture(), Viewer(other).picture()]
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) > 1000


def test_a_key_changes_the_fake_screen(fake_bench):
    spec = fake_bench.spec()
    fake_bench.driver.spawn(spec, nothing)
    with connect((fake_bench, spec.server_id), ConsoleType.NOVNC) as stream:
        viewer = Viewer(stream)
        pictures = [viewer.picture()]
        for char in "ab":
            viewer.type(char)
            pictures.append(viewer.picture())
    assert len(set(pictures)) == 3
    fake_bench.driver.destroy(spec.server_id)


def test_the_serial_line_speaks_and_is_logged(running):
    bench, server_id = running
    with connect(running, ConsoleType.SERIAL) as stream:
        if bench.kind == "fake":
            stream.sendall(b"hello")
            assert stream.recv(100) == b"hello"
            assert bench.driver.console_output(server_id).endswith(b"hello")
            return
        # The guest says goodbye when its power button is pressed.
        bench.driver.power_off(server_id, 20, nothing)
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while part := stream.recv(100):
                said += part
    assert b"guest: off" in said
    output = bench.driver.console_output(server_id)
    assert b"guest: up" in output
    assert b"guest: off" in output


def test_the_serial_line_is_free_for_the_next_client(running):
    for _ in range(2):
        with connect(running, ConsoleType.SERIAL) as stream:
            stream.sendall(b"x")


def test_output_is_logged_while_no_client_is_connected(running):
    bench, server_id = running
    before = bench.driver.console_output(server_id)
    assert before
    bench.driver.reboot(server_id, True, 0, nothing)
    bench.wait_until_up(server_id)
    deadline = time.monotonic() + 20
    while len(bench.driver.console_output(server_id)) <= len(before):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert bench.driver.console_output(server_id).startswith(before)


@pytest.mark.parametrize("console_type", ConsoleType)
@pytest.mark.parametrize("end", ["power_off", "destroy"])
def test_a_connection_ends_with_its_guest(running, console_type, end):
    bench, server_id = running
    with connect(running, console_type) as stream:
        if end == "destroy":
            bench.driver.destroy(server_id)
        else:
            bench.driver.power_off(server_id, 0, nothing)
        assert ended(stream)


def test_a_guest_that_is_off_has_no_console(running):
    bench, server_id = running
    bench.driver.power_off(server_id, 0, nothing)
    with pytest.raises(DriverError, match="not running"):
        bench.driver.console_types(server_id)
    for console_type in ConsoleType:
        with pytest.raises(DriverError, match="not running"):
            bench.driver.connect_console(server_id, console_type)


def test_consoles_outlive_a_suspended_guest(running):
    bench, server_id = running
    bench.driver.suspend(server_id)
    bench.driver.resume(server_id)
    assert bench.driver.console_types(server_id) == set(ConsoleType)
    with connect(running, ConsoleType.NOVNC) as stream:
        assert Viewer(stream).picture()


def test_no_guest_has_no_console(bench):
    with pytest.raises(GuestNotFound):
        bench.driver.console_types(NOBODY)
    with pytest.raises(GuestNotFound):
        bench.driver.connect_console(NOBODY, ConsoleType.SERIAL)


def test_a_driver_without_a_screen_says_so(test_bench):
    spec = test_bench.spec()
    test_bench.driver.spawn(spec, nothing)
    try:
        with pytest.raises(DriverError):
            test_bench.driver.connect_console(spec.server_id, ConsoleType.NOVNC)
    finally:
        test_bench.driver.destroy(spec.server_id)


def test_a_guest_of_an_earlier_version_gets_its_consoles_when_it_starts(embed):
    definition = pytest.importorskip("computeapi.virt.libvirt.definition")
    spec = embed.spec()
    driver = embed.driver
    driver.spawn(spec, nothing)
    try:
        embed.wait_until_up(spec.server_id)
        driver.power_off(spec.server_id, 0, nothing)
        root = definition.ET.fromstring(embed.domain(spec.server_id).XMLDesc())
        devices = root.find("devices")
        for tag in ("graphics", "serial", "console"):
            for element in devices.findall(tag):
                devices.remove(element)
        log = embed.state / "instances" / spec.server_id / "console.log"
        serial = definition.ET.SubElement(devices, "serial", type="file")
        definition.ET.SubElement(serial, "source", path=str(log), append="on")
        embed.hypervisor.defineXML(definition.ET.tostring(root, encoding="unicode"))
        driver.power_on(spec.server_id)
        assert driver.console_types(spec.server_id) == set(ConsoleType)
        embed.wait_until_up(spec.server_id)
        assert driver.console_output(spec.server_id).count(b"guest: up") == 2
    finally:
        driver.destroy(spec.server_id)
