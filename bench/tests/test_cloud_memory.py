import os
import subprocess
import sys

from bench import cloud_memory


def test_memory_of_a_service_counts_the_processes_that_it_started():
    command = f"{sys.executable} -c 'input()' & read line"
    with subprocess.Popen(["sh", "-c", command], stdin=subprocess.PIPE) as shell:
        try:
            while len(found := list(cloud_memory._tree(shell.pid))) == 1:
                pass
            assert found[0] == shell.pid
            assert shell.pid in cloud_memory._children(os.getpid())
            assert all(cloud_memory._pss(process) >= 0 for process in found)
            assert cloud_memory._pss(os.getpid()) > 1000
        finally:
            shell.communicate(b"\n")
