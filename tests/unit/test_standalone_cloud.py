"""The commands for a cloud: their options, refusals and messages."""

import io
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from computeapi.cmd import cloud as command
from computeapi.standalone import hypervisor, image, network, report, servers
from computeapi.standalone.errors import CloudError
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder
from computeapi.virt.libvirt import embed


@pytest.fixture
def state(tmp_path):
    return StateFolder(tmp_path / "cloud")


@pytest.fixture
def short():
    """A cloud where libvirt could have its sockets; its folder is never made."""
    return StateFolder(Path("/cloud"))


@pytest.fixture(autouse=True)
def namespaces_work(monkeypatch):
    """Take this machine for one where guests can have network namespaces, unless told a reason."""

    def set_reason(reason=None):
        monkeypatch.setattr(hypervisor.namespaces, "unavailable_reason", lambda _: reason)

    set_reason()
    return set_reason


@pytest.fixture
def listener():
    """A port that is taken, after two that were free a moment ago."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            try:
                for free in (port - 1, port - 2):
                    socket.create_server(("127.0.0.1", free)).close()
            except OSError:
                continue
            yield port
            return


def test_busy_port_is_named_with_what_wanted_it(listener):
    with pytest.raises(CloudError, match=f"Port {listener} of 127.0.0.1, for Glance"):
        network.check_ports(Settings(port=listener - 2), {})


@pytest.mark.parametrize("port", [65533, 65534, 65535])
def test_port_without_room_for_four_is_refused(port):
    with pytest.raises(CloudError, match=f"{port} to {port + 3} are needed, and 65535 is the last"):
        network.check_ports(Settings(port=port), {})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
    ],
)
def test_address_of_this_machine_alone_is_known(address, expected):
    assert network.is_loopback(address) is expected


@pytest.fixture
def refusals(listener, tmp_path):
    """Options that ``up`` refuses; a word of the refusal."""
    return {
        "taken": (["--driver", "fake", "--port", str(listener)], "cannot be had"),
        "high": (["--driver", "fake", "--port", "65533"], "too high"),
        "listen": (["--driver", "fake", "--listen", "192.0.2.1"], "--listen"),
        "image": (["--driver", "fake", "--image", str(tmp_path / "no")], "The image"),
        "libvirt": (["--driver", "libvirt"], "No QEMU"),
        "building": (["--driver", "libvirt"], "No packages"),
    }


@pytest.mark.parametrize("name", ["taken", "high", "listen", "image", "libvirt", "building"])
def test_refused_up_leaves_nothing(tmp_path, capsys, monkeypatch, refusals, name):
    reason = "No QEMU." if name == "libvirt" else None
    monkeypatch.setattr(hypervisor, "unavailable_reason", lambda _: reason)
    monkeypatch.setattr(embed, "LONGEST", 500)
    if name == "building":
        monkeypatch.setattr(network, "check_ports", lambda *_: None)
        monkeypatch.setattr(image, "find", lambda _: None)
        monkeypatch.setattr(image.image_packages, "unavailable_reason", lambda: "No packages.")
    options, word = refusals[name]
    path = tmp_path / "parent" / "cloud"
    assert command.main(["up", "--state-dir", str(path), *options]) == 1
    assert word in capsys.readouterr().err
    assert not path.parent.exists()


def test_refused_up_leaves_a_folder_as_it_was(state, capsys):
    arguments = ["up", "--driver", "fake", "--state-dir", str(state.path), "--port", "65533"]
    state.path.mkdir()
    assert command.main(arguments) == 1
    assert not list(state.path.iterdir())
    state.create()
    (state.images / "mine.qcow2").write_bytes(b"")
    state.keys.rmdir()
    before = sorted(state.path.rglob("*"))
    assert command.main(arguments) == 1
    assert sorted(path for path in state.path.rglob("*") if path.name != "up.lock") == before
    assert "too high" in capsys.readouterr().err


def test_refused_path_too_long_leaves_nothing(tmp_path, capsys):
    path = tmp_path / ("x" * 60)
    assert command.main(["up", "--driver", "libvirt", "--state-dir", str(path)]) == 1
    assert "would be too long" in capsys.readouterr().err
    assert not path.exists()


def test_second_up_is_refused(state, capsys):
    state.create()
    with state.locked():
        assert command.main(["up", "--state-dir", str(state.path)]) == 1
    assert "is already up" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["down", "destroy", "status"])
def test_folder_without_a_cloud_is_left_alone(state, capsys, name):
    state.path.mkdir()
    (state.path / "thesis.txt").write_text("years of work")
    assert command.main([name, "--state-dir", str(state.path)]) == 1
    assert "There is no cloud" in capsys.readouterr().err
    assert (state.path / "thesis.txt").exists()


@pytest.mark.parametrize("answer", ["\n", "n\n", "no\n", "maybe\n"])
def test_destroy_asks(state, monkeypatch, capsys, answer):
    state.create()
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert command.main(["destroy", "--state-dir", str(state.path)]) == 1
    assert state.is_ours()
    assert "[y/N] Nothing was removed.\n" in capsys.readouterr().out


def test_destroy_that_nothing_answers_names_the_option(state, monkeypatch, capsys):
    state.create()
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert command.main(["destroy", "--state-dir", str(state.path)]) == 1
    assert state.is_ours()
    assert "make destroy ARGS=--yes" in capsys.readouterr().err


def test_destroy_removes_a_cloud_that_never_came_up(state):
    state.create()
    assert command.main(["destroy", "--yes", "--state-dir", str(state.path)]) == 0
    assert not state.path.exists()


def test_driver_is_kept(short, monkeypatch):
    monkeypatch.setattr(hypervisor, "unavailable_reason", lambda _: None)
    fake, libvirt = Settings(driver="fake"), Settings(driver="libvirt")
    assert hypervisor.choose(short, fake, None) == ("fake", "")
    assert hypervisor.choose(short, fake, "auto") == ("fake", "")
    assert hypervisor.choose(short, libvirt, "auto") == ("libvirt", "")
    with pytest.raises(CloudError, match="made with the driver libvirt"):
        hypervisor.choose(short, libvirt, "fake")


@pytest.mark.parametrize(
    ("reason", "wanted", "expected"),
    [
        (None, None, ("libvirt", "")),
        (None, "auto", ("libvirt", "")),
        (None, "libvirt", ("libvirt", "")),
        (None, "fake", ("fake", "")),
        ("No QEMU.", "fake", ("fake", "")),
        ("No QEMU.", "auto", ("fake", "Servers will be faked, with nothing behind them: No QEMU.")),
    ],
)
def test_driver_is_chosen(short, monkeypatch, reason, wanted, expected):
    monkeypatch.setattr(hypervisor, "unavailable_reason", lambda _: reason)
    assert hypervisor.choose(short, Settings(), wanted) == expected


def test_a_machine_without_networks_for_servers_says_so(short, monkeypatch, namespaces_work):
    monkeypatch.setattr(hypervisor, "unavailable_reason", lambda _: None)
    namespaces_work("A program is not installed.")
    for settings in (Settings(), Settings(driver="libvirt")):
        driver, sentence = hypervisor.choose(short, settings, None)
        assert driver == "libvirt"
        assert sentence.endswith("reach nothing themselves: A program is not installed.")
    assert hypervisor.choose(short, Settings(), "fake") == ("fake", "")


def test_path_too_long_for_libvirt_is_refused_not_faked(monkeypatch):
    monkeypatch.setattr(hypervisor, "unavailable_reason", lambda _: None)
    longest = "/" + "x" * 41
    assert hypervisor.choose(StateFolder(Path(longest)), Settings(), None)[0] == "libvirt"
    too_long = StateFolder(Path(longest + "x"))
    with pytest.raises(CloudError, match="at most 42 characters"):
        hypervisor.choose(too_long, Settings(), None)
    assert hypervisor.choose(too_long, Settings(), "fake") == ("fake", "")


@pytest.mark.parametrize("settings", [Settings(), Settings(driver="libvirt")])
def test_libvirt_asked_for_is_never_faked(short, monkeypatch, settings):
    monkeypatch.setattr(hypervisor, "unavailable_reason", lambda _: "No QEMU.")
    with pytest.raises(CloudError, match="No QEMU"):
        hypervisor.choose(short, settings, "libvirt")


def server(**values):
    known = {"id": "1-2-3", "name": "demo", "ssh_port": 2200, "interfaces": None, "key_name": None}
    return SimpleNamespace(**(known | values))


def test_server_is_found_by_name_or_id():
    demo, other = server(), server(id="4-5-6", name="other")
    assert servers.one([demo, other], "demo") is demo
    assert servers.one([demo, other], "4-5-6") is other
    with pytest.raises(CloudError, match="no server nobody"):
        servers.one([demo], "nobody")
    with pytest.raises(CloudError, match="give an id: 1-2-3, 4-5-6"):
        servers.one([demo, server(id="4-5-6")], "demo")
    with pytest.raises(CloudError, match="no port for ssh"):
        servers.one([server(ssh_port=None)], "demo")


def test_table_says_what_runs_where(state):
    settings = Settings(port=9000, driver="fake", front_end="pecan", host="here")
    places = report.places(settings).items()
    rows = [report.Row(name, where, "process 42") for name, where in places]
    lines = report.services(state, rows).splitlines()
    assert lines[0].split() == ["SERVICE", "WHERE", "STATE", "LOG"]
    assert lines[1].split() == [
        *("api", "http://127.0.0.1:9000/v2.1", "(pecan)", "process", "42"),
        str(state.logs / "api.log"),
    ]
    assert "host here (driver fake)" in lines[2]
    assert "http://127.0.0.1:9003" in lines[3]
    assert "http://127.0.0.1:9001/v3" in lines[4]
    assert "http://127.0.0.1:9002" in lines[5]
    assert len({line.index("  process") for line in lines[1:]}) == 1


def test_commands_name_the_folder_of_another_cloud(state, monkeypatch):
    told = report.commands(state, "an-image", "m1.nano")
    assert f"OS_CLIENT_CONFIG_FILE={state.clouds_yaml} OS_CLOUD=computeapi" in told
    assert "--image an-image --flavor m1.nano" in told
    assert f"computeapi ssh --state-dir {state.path} demo" in told
    monkeypatch.setattr(report, "default_folder", lambda: state.path)
    assert "computeapi ssh demo" in report.commands(state, "an-image", "m1.nano")


def test_commands_reach_the_server_before_they_log_into_it(state):
    told = report.commands(state, "an-image", "m1.nano", ["openstack floating ip create public"])
    lines = [line.strip() for line in told.splitlines()]
    at = lines.index("openstack floating ip create public")
    assert lines[at - 1].startswith("openstack server create")
    assert lines[at + 1].startswith("computeapi ssh")
