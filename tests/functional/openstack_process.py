"""The process of :mod:`tests.functional.openstack_client`: it has started the client.

It reads commands from standard input, each a line of JSON, and writes their exit codes.
"""

import contextlib
import io
import json
import logging
import os
import signal
import sys

import openstack.connection  # noqa: F401  each command would import it
from openstackclient import shell


def serve() -> None:
    """Start the client, and fork for each command."""
    shell.OpenStackShell.NAME = "openstack"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        shell.main(["server", "create", "--help"])
    # Each command makes its own.
    logging.root.handlers.clear()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sys.exit(carry_out(**json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def carry_out(
    arguments: list[str], environment: dict[str, str], timeout: int, files: list[str]
) -> int:
    """Run a command in this process; return its exit code.

    :param timeout: seconds, after which the process is ended.
    :param files: for the output and for the errors.
    """
    signal.alarm(timeout)
    for descriptor, path in enumerate((os.devnull, *files)):
        flags = os.O_WRONLY | os.O_CREAT if descriptor else os.O_RDONLY
        os.dup2(os.open(path, flags, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["openstack", *arguments]
    code: int = shell.main(arguments)
    return code


if __name__ == "__main__":
    serve()
