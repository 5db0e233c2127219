"""The parts of an error that a server's owner reads, and those for administrators alone."""

import errno
import shutil
import sqlite3
import subprocess
from datetime import datetime

import pytest
from sqlalchemy.exc import OperationalError

from computeapi.domain import errors
from computeapi.domain.operations import Operation
from computeapi.virt.driver import DriverError, DriverUnavailable, GuestNotFound
from computeapi.worker import faults

NOW = datetime(2030, 1, 1)
SECRET = "/var/lib/computeapi/instances/x"
HOST = "compute-17"
CREATE = Operation(1, "s1", "p1", "u1", "req-1", HOST, "create")
#: error -> the clause that its owner reads
INTERNAL = {
    "of the driver": (DriverError(f"qemu-img create {SECRET}: failed"), "could not do it"),
    "of a driver that is away": (DriverUnavailable(f"{SECRET}/socket"), "does not answer"),
    "of a guest that is gone": (GuestNotFound(f"{SECRET} is not on {HOST}"), "gone from its host"),
    "of a file": (OSError(errno.EACCES, "Permission denied", SECRET), "Permission denied"),
    "of a file with a text of its own": (OSError(errno.EIO, f"bad {SECRET}"), "Input/output error"),
    "of files without a number": (shutil.Error([(SECRET, SECRET, "why")]), "unexpectedly"),
    "of nothing but a text": (OSError(f"cannot open {SECRET}"), "unexpectedly"),
    "of a program": (subprocess.CalledProcessError(1, [SECRET], stderr=SECRET), "unexpectedly"),
    "of the database": (
        OperationalError(f"SELECT {SECRET}", {}, sqlite3.OperationalError(SECRET)),
        "unexpectedly",
    ),
    "of ours": (KeyError(SECRET), "unexpectedly"),
    "of a text that cannot be shown": (UnicodeDecodeError("utf-8", b"x", 0, 1, SECRET), ""),
}


def raised(error, cause=None):
    try:
        raise error from cause
    except Exception as caught:
        return caught


@pytest.mark.parametrize("kind", INTERNAL)
def test_what_is_the_hosts_own_is_in_the_details_alone(kind):
    error, clause = INTERNAL[kind]
    fault = faults.of(CREATE, raised(error), NOW)
    assert fault.code == 500
    assert fault.message.startswith("The create failed")
    assert fault.message.endswith(".")
    assert clause in fault.message
    for internal in (SECRET, HOST, type(error).__name__, "/", "Error", "SELECT"):
        assert internal not in fault.message.replace("Input/output error", "")
    assert "Traceback" in fault.details
    assert SECRET in fault.details


def test_why_a_file_could_not_be_written_is_no_secret():
    full = OSError(errno.ENOSPC, "No space left on device", SECRET)
    error = raised(DriverError(f"cannot write {SECRET}: No space left on device"), full)
    fault = faults.of(CREATE, error, NOW)
    assert fault.message == "The create failed: No space left on device."


def test_a_driver_may_give_a_reason_to_the_owner():
    error = raised(DriverError(f"{SECRET}: 3 GiB", "the image is too large"), OSError(2, "x"))
    fault = faults.of(CREATE, error, NOW, "It is tried again.")
    assert fault.message == "The create failed: the image is too large. It is tried again."


@pytest.mark.parametrize(
    "error",
    [
        errors.Invalid("Image i1 is of format vmdk; only qcow2 and raw can be booted."),
        errors.NotFound("Image i1 could not be found."),
        errors.Conflict("Image i1 is not active but queued."),
    ],
)
def test_a_fault_that_is_the_owners_has_no_details(error):
    fault = faults.of(CREATE, raised(error, OSError(SECRET)), NOW)
    assert (fault.code, fault.message, fault.details) == (error.code, error.message, "")


def test_a_service_that_is_away_has_details():
    fault = faults.of(CREATE, raised(errors.ImageUnreachable("Away."), OSError(SECRET)), NOW)
    assert (fault.code, fault.message) == (503, "Away.")
    assert SECRET in fault.details
