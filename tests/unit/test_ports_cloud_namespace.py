"""Finding the network namespace of a cloud."""

import json
import os
import subprocess

import pytest

from computeapi.ports import cloud_namespace
from computeapi.ports.cloud_namespace import CloudNamespace, NamespaceError


def write(file, pid, start, user=False):
    file.write_text(json.dumps({"pid": pid, "start": start, "user": user}))


def test_the_process_that_holds_it_is_found(tmp_path):
    file = tmp_path / "namespace.json"
    start = cloud_namespace.start_time(os.getpid())
    write(file, os.getpid(), start)
    assert cloud_namespace.load(file) == CloudNamespace(os.getpid(), start, False)


def test_a_later_process_of_the_same_number_does_not_hold_it(tmp_path):
    file = tmp_path / "namespace.json"
    write(file, os.getpid(), (cloud_namespace.start_time(os.getpid()) or 0) - 1)
    with pytest.raises(NamespaceError, match="ended"):
        cloud_namespace.load(file)


def test_a_process_that_ended_does_not_hold_it_though_its_parent_has_not_looked(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as process:
        start = cloud_namespace.start_time(process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        write(tmp_path / "file", process.pid, start)
        with pytest.raises(NamespaceError, match="ended"):
            cloud_namespace.load(tmp_path / "file")


def test_a_name_of_a_program_with_brackets_and_spaces_is_read_over(tmp_path):
    program = tmp_path / "a) b (c"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"]) as process:
        own = cloud_namespace.start_time(os.getpid()) or 0
        assert (cloud_namespace.start_time(process.pid) or 0) >= own
        process.kill()


@pytest.mark.parametrize("text", ["", "[]", '{"pid": 1}', '{"pid": 1, "start": 2, "more": 3}'])
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, text):
    file = tmp_path / "namespace.json"
    file.write_text(text)
    with pytest.raises(NamespaceError, match="cannot be read"):
        cloud_namespace.load(file)


def test_a_missing_file_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(NamespaceError, match="missing"):
        cloud_namespace.load(tmp_path / "namespace.json")


def test_programs_enter_the_user_namespace_of_an_ordinary_user_only():
    assert CloudNamespace(7, 1, False).command("ip", "link") == [
        *("nsenter", "-t", "7", "-n", "ip", "link"),
    ]
    assert CloudNamespace(7, 1, True).command("ip", "link") == [
        *("nsenter", "-t", "7", "-U", "--preserve-credentials", "-n", "ip", "link"),
    ]
