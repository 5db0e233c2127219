from computeapi.virt.instances import Instances
from computeapi.virt.libvirt import slirp


def test_the_longest_folder_that_sockets_fit_below_is_known():
    # <folder>/instances/<id>/network.sock
    longest = "/" + "a" * (slirp.LONGEST_PATH - len("/instances/") - 36 - len("/network.sock") - 1)
    assert slirp.path_fault(Instances(longest)) is None
    assert "too long a path" in (slirp.path_fault(Instances(longest + "a")) or "")
