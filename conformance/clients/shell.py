"""Runs commands of the ``openstack`` client, one a line of the standard input.

A line in is a JSON list of arguments; a line out is a JSON object with ``code``, ``out`` and
``err``. The client takes most of its time to be imported: that is done once, and each command runs
in a fork of its own, as the client keeps its connections in its classes.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
from importlib.metadata import entry_points
from typing import IO

from openstackclient.shell import OpenStackShell


def run(arguments: list[str]) -> dict[str, object]:
    """Run a command; return its exit code and what it wrote."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = os.fork()
        if child == 0:
            _become(arguments, out, err)
        _, status = os.waitpid(child, 0)
        return {"code": os.waitstatus_to_exitcode(status), "out": _text(out), "err": _text(err)}


def _become(arguments: list[str], out: IO[str], err: IO[str]) -> None:
    """Run a command, and end this process with its exit code."""
    code = 1
    try:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        code = OpenStackShell().run(arguments)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def main() -> None:
    """Run the commands."""
    warnings.simplefilter("ignore")
    for point in entry_points(group="openstack.compute.v2"):
        point.load()
    # One that asks no service makes all that is left be imported and looked up.
    with contextlib.redirect_stdout(io.StringIO()):
        OpenStackShell().run(["module", "list"])
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        answers.write(json.dumps(run(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
