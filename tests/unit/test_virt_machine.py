import pytest

from computeapi import conf as configuration
from computeapi.virt import acceleration
from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt import machine


def guest(arch, *types, os_type="hvm"):
    domains = "".join(f"<domain type='{kind}'/>" for kind in types)
    return (
        f"<guest><os_type>{os_type}</os_type><arch name='{arch}'>"
        f"<emulator>/bin/qemu-{arch}</emulator>{domains}</arch></guest>"
    )


def capabilities(*guests, own="x86_64"):
    host = f"<host><cpu><arch>{own}</arch></cpu></host>"
    return f"<capabilities>{host}{''.join(guests)}</capabilities>"


@pytest.fixture
def conf():
    return configuration.load()


@pytest.fixture
def kvm(monkeypatch):
    """A function by which a test says why KVM does not work, or None."""
    tried = []

    def set_reason(reason):
        def unavailable_reason(emulator, accelerator):
            tried.append((emulator, accelerator))
            return reason

        monkeypatch.setattr(acceleration, "unavailable_reason", unavailable_reason)
        monkeypatch.setattr(machine.Path, "exists", lambda _path: True)
        return tried

    return set_reason


BOTH = capabilities(guest("i686", "qemu", "kvm"), guest("x86_64", "qemu", "kvm"))


def test_kvm_is_taken_when_a_guest_runs_with_it(conf, kvm):
    tried = kvm(None)
    assert machine.choose(conf, BOTH, "me").domain_type == "kvm"
    assert tried == [("/bin/qemu-x86_64", "kvm")]


def test_emulation_is_taken_when_a_guest_hangs_with_kvm(conf, kvm, caplog):
    kvm("a guest hangs")
    assert machine.choose(conf, BOTH, "me").domain_type == "qemu"
    assert "a guest hangs" in caplog.text


def test_nothing_is_tried_when_the_type_is_set(conf, kvm):
    tried = kvm(None)
    conf.set_override("virt_type", "qemu", "libvirt")
    assert machine.choose(conf, BOTH, "me").domain_type == "qemu"
    assert not tried


def test_a_type_that_the_host_has_not_is_refused(conf):
    conf.set_override("virt_type", "kvm", "libvirt")
    with pytest.raises(DriverError, match="virt_type kvm"):
        machine.choose(conf, capabilities(guest("x86_64", "qemu")), "me")


def test_the_hosts_own_architecture_is_preferred(conf):
    offered = capabilities(guest("x86_64", "qemu"), guest("aarch64", "qemu"), own="aarch64")
    assert machine.choose(conf, offered, "me").arch == "aarch64"


def test_a_driver_with_a_type_of_its_own_is_taken_at_its_word(conf):
    chosen = machine.choose(conf, capabilities(guest("i686", "test"), own="i686"), "me")
    assert (chosen.domain_type, chosen.arch, chosen.owner) == ("test", "i686", "me")


@pytest.mark.parametrize("offered", [[], [guest("x86_64", "xen", os_type="xen")]])
def test_a_host_without_full_virtualisation_is_refused(conf, offered):
    with pytest.raises(DriverError, match="no QEMU"):
        machine.choose(conf, capabilities(*offered), "me")
