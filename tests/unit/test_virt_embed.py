from pathlib import Path

import pytest

from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt import embed


@pytest.mark.parametrize(
    "uri",
    [
        "qemu:///system",
        "qemu+tls://host/system?root=/a",
        "test:///default",
        "qemu:///embed",
        "test:///embed?root=/a",
    ],
)
def test_other_drivers_have_no_root(uri):
    assert embed.root_of(uri) is None


@pytest.mark.parametrize("root", ["/var/lib/computeapi", "/with space/and&more"])
def test_a_root_survives_the_uri(root):
    assert embed.root_of(embed.uri_of(Path(root))) == Path(root)


def test_a_relative_root_is_made_absolute():
    assert embed.root_of("qemu:///embed?root=state/libvirt") == Path.cwd() / "state/libvirt"


def test_the_longest_root_that_sockets_fit_below_is_known():
    embed.check(Path("/" + "a" * (embed.LONGEST - 1)))
    with pytest.raises(DriverError, match="too long"):
        embed.check(Path("/" + "a" * embed.LONGEST))
