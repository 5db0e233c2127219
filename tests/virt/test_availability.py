"""Why the libvirt driver cannot be used, in a sentence for people."""

import importlib.util
import shutil
import subprocess

import pytest

from computeapi.virt import availability


@pytest.fixture
def conf(make_conf, short_tmp):
    return make_conf("embed", short_tmp())


def test_what_works_has_no_reason_against_it(embed, conf):
    # The embed driver of this process has a root open; another is tried in a process of its own.
    assert availability.unavailable_reason(conf) is None


def test_a_missing_package_is_named(monkeypatch, conf):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert "libvirt-python" in availability.unavailable_reason(conf)


@pytest.mark.parametrize("program", ["qemu-img", "qemu-system-"])
def test_a_missing_program_is_named(embed, monkeypatch, conf, program):
    which = shutil.which
    monkeypatch.setattr(
        shutil, "which", lambda name: None if name.startswith(program) else which(name)
    )
    monkeypatch.setattr(availability, "REDHAT_QEMU", "/none/such")
    assert f"{program}" in availability.unavailable_reason(conf)


def test_a_state_folder_too_deep_for_sockets_is_named(embed, conf):
    conf.set_override("state_path", "/tmp/" + "deep/" * 20)
    assert "too long a path" in availability.unavailable_reason(conf)


def test_a_connection_that_fails_says_why(embed, conf):
    conf.set_override("uri", "none:///such", "libvirt")
    assert availability.unavailable_reason(conf).startswith("libvirt cannot open none:///such: ")


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("invalid argument: Failed to parse user 'libvirt-qemu'", "libvirt-daemon-system"),
        ("no connection driver available for qemu:///embed", "libvirt-daemon-driver-qemu"),
    ],
)
def test_what_can_be_mended_says_how(embed, monkeypatch, conf, reason, remedy):
    done = subprocess.CompletedProcess([], 1, stdout="", stderr=f"info : a line\n{reason}\n")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_kwargs: done)
    answer = availability.unavailable_reason(conf)
    assert f": {reason}. " in answer
    assert remedy in answer
