"""The part ``network``: its addresses, its programs, and why it cannot run somewhere."""

import ipaddress
import shutil

import pytest

from computeapi.standalone import image_packages
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts.network import layout as names
from computeapi.standalone.parts.network import namespace, programs, uplink
from computeapi.standalone.parts.network.layout import External, Layout
from computeapi.standalone.parts.network.part import NetworkPart
from computeapi.standalone.state import StateFolder

ROUTES = """\
default via 192.0.2.1 dev eth0
172.24.84.0/24 via 172.24.84.253 dev cac9f4bc540c
172.24.99.252/30 dev ca8153de63b6 proto kernel scope link src 172.24.99.254
broadcast 192.0.2.255 dev eth0 table local proto kernel scope link src 192.0.2.2
"""


def test_networks_that_routes_lead_to_are_taken():
    found = {str(network) for network in uplink.taken(ROUTES)}
    assert {"172.24.84.0/24", "172.24.99.252/30", "192.0.2.255/32"} <= found


def test_a_cloud_takes_a_network_that_no_route_leads_to():
    first = uplink.free_network("a", [])
    other = uplink.free_network("a", [first])
    assert first.subnet_of(names.EXTERNAL_POOL)
    assert not first.overlaps(other)
    part = next(iter(first.subnets(new_prefix=30)))
    assert uplink.free_network("a", [part]) == other


def test_a_host_with_routes_to_all_of_them_is_told():
    with pytest.raises(CloudError, match=r"172\.24\.0\.0/16"):
        uplink.free_network("a", [ipaddress.IPv4Network("172.16.0.0/12")])


def test_the_external_network_stays_that_which_was_chosen(tmp_path, monkeypatch):
    layout = Layout(StateFolder(tmp_path))
    layout.create()
    monkeypatch.setattr(image_packages, "run", lambda command: ROUTES)
    chosen = uplink.choose_external(layout)
    monkeypatch.setattr(image_packages, "run", lambda command: f"{chosen.network} dev eth0")
    assert uplink.choose_external(layout) == chosen


def test_floating_ips_keep_clear_of_the_gateway_and_of_the_link_to_the_host():
    external = External(ipaddress.IPv4Network("172.24.7.0/24"))
    first, last = map(ipaddress.IPv4Address, external.pool)
    link = ipaddress.ip_interface(f"{external.link[0]}/30").network
    assert ipaddress.IPv4Address(external.gateway) < first < last < link[0]
    assert all(ipaddress.IPv4Address(address) in link for address in external.link)


def test_interfaces_of_two_clouds_have_names_of_their_own(tmp_path):
    interfaces = {Layout(StateFolder(tmp_path / name)).host_interface for name in "abc"}
    assert len(interfaces) == 3
    # The kernel's limit.
    assert all(len(name) <= 15 for name in interfaces)


@pytest.fixture
def nothing_installed(tmp_path, monkeypatch):
    """A host that has the tools of its base system, and neither Open vSwitch nor OVN."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in (*programs.TOOLS, "apt-get", "apt-cache", "dpkg-deb"):
        (folder / tool).write_text("#!/bin/sh\n")
        (folder / tool).chmod(0o755)
    monkeypatch.setattr(image_packages, "search_path", lambda: str(folder))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def test_a_missing_tool_is_named_by_its_package(nothing_installed):
    (nothing_installed / "nft").unlink()
    assert "nftables" in (programs.unavailable_reason() or "")


def test_a_host_without_packages_of_debian_is_told(nothing_installed):
    assert programs.unavailable_reason() is None
    (nothing_installed / "apt-get").unlink()
    assert "Open vSwitch and OVN are not installed" in (programs.unavailable_reason() or "")


def unpack(packages, work, root):
    """Stand in for the download: lay the programs where the packages of Debian do."""
    for name in programs.PROGRAMS:
        where = "lib/openvswitch-switch" if name == "ovs-vswitchd" else "bin"
        program = root / "usr" / where / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\necho {name} "$LD_LIBRARY_PATH" "$@"\n')
        program.chmod(0o755)
    library = root / "usr/lib/x86_64-linux-gnu/libxdp.so.1"
    library.parent.mkdir(parents=True)
    library.touch()


def test_programs_are_unpacked_once_and_find_their_libraries(nothing_installed, monkeypatch):
    unpacked = []

    def once(packages, work, root):
        unpacked.append(packages)
        unpack(packages, work, root)

    answers = {"apt-cache": "openvswitch-common\n  Depends: libxdp1\n  Depends: libc6\n"}
    installed = "install ok installed"

    def run(command):
        if command[0] == "dpkg-query":
            return installed if command[-1] == "libc6" else ""
        return answers[command[0]] if "openvswitch-common" in command else ""

    monkeypatch.setattr(image_packages, "run", run)
    monkeypatch.setattr(image_packages, "unpack", once)
    expected = programs.expected()
    remains = programs.cache().parent / "draft-of-ovn-1"
    remains.mkdir(parents=True)
    assert programs.provide() == programs.provide() == expected
    assert unpacked == [[*programs.PACKAGES, "libxdp1"]]
    assert not remains.exists()
    monkeypatch.undo()
    said = image_packages.run([expected.path("ovs-vswitchd"), "a b"])
    assert said.split() == [
        "ovs-vswitchd",
        f"{expected.share.parent}/lib/x86_64-linux-gnu",
        "a",
        "b",
    ]


def test_packages_without_a_program_are_refused_and_nothing_is_kept(nothing_installed, monkeypatch):
    monkeypatch.setattr(image_packages, "run", lambda command: "")
    monkeypatch.setattr(image_packages, "unpack", lambda packages, work, root: None)
    with pytest.raises(CloudError, match="hold no program"):
        programs.provide()
    assert programs.find() is None
    assert [path.name for path in programs.cache().parent.iterdir()] == ["ovn.lock"]


def test_programs_of_the_host_are_used(nothing_installed, tmp_path, monkeypatch):
    share = tmp_path / "share"
    for schema in programs.SCHEMAS.values():
        (share / schema).parent.mkdir(parents=True, exist_ok=True)
        (share / schema).touch()
    monkeypatch.setattr(programs, "_SHARE", share)
    for name in programs.PROGRAMS:
        shutil.copy(nothing_installed / "ip", nothing_installed / name)
    assert programs.provide().path("ovs-vsctl") == str(nothing_installed / "ovs-vsctl")
    assert programs.provide().schema("ovnnb") == share / "ovn/ovn-nb.ovsschema"


def test_a_host_without_a_tun_device_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(namespace, "TUN", tmp_path / "tun")
    assert "module tun" in (namespace.unavailable_reason() or "")


def test_a_host_without_namespaces_is_told(nothing_installed, tmp_path, monkeypatch):
    (tmp_path / "tun").touch()
    monkeypatch.setattr(namespace, "TUN", tmp_path / "tun")
    unshare = nothing_installed / "unshare"
    unshare.write_text("#!/bin/sh\necho unshare failed: Operation not permitted >&2; exit 1\n")
    reason = namespace.unavailable_reason() or ""
    assert "user namespaces" in reason
    assert "Operation not permitted" in reason


def test_a_cloud_that_never_had_a_namespace_has_none_to_end(tmp_path):
    namespace.end(Layout(StateFolder(tmp_path)))
    assert list(tmp_path.iterdir()) == []


def test_the_networks_are_made_once():
    assert NetworkPart.set_up_version > 0
