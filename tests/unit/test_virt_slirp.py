import signal
import subprocess
import sys

from computeapi.virt.instances import InstanceFolder, Instances
from computeapi.virt.libvirt import slirp


def test_the_longest_folder_that_sockets_fit_below_is_known():
    # <folder>/instances/<id>/network.sock
    longest = "/" + "a" * (slirp.LONGEST_PATH - len("/instances/") - 36 - len("/network.sock") - 1)
    assert slirp.path_fault(Instances(longest)) is None
    assert "too long a path" in (slirp.path_fault(Instances(longest + "a")) or "")


LISTEN = """
import signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with socket.socket(socket.AF_UNIX) as server:
    server.bind(sys.argv[1])
    server.listen()
    print(flush=True)
    sys.stdin.read()
"""


def test_one_that_hangs_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(slirp, "END_TIMEOUT", 1.0)
    folder = InstanceFolder(tmp_path)
    command = [sys.executable, "-c", LISTEN, folder.network_socket]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        assert process.stdout.read(1)
        try:
            slirp.end(folder)
            assert process.wait(30) == -signal.SIGKILL
        finally:
            process.kill()
    # Nothing listens any more.
    slirp.end(folder)
