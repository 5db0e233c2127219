"""The command ``openstack`` of a shell that a test runs: see ``openstack_client.commands``.

It sends its arguments and its environment to a socket, and does as the answer says. It is run as a
script, without the modules of any package, and starts in no time.
"""

import json
import os
import socket
import sys


def main() -> int:
    """Send the command, write its output and its errors, and return its exit code."""
    path, *arguments = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(path)
        wire.sendall(json.dumps([arguments, dict(os.environ)]).encode())
        wire.shutdown(socket.SHUT_WR)
        with wire.makefile() as answer:
            code, output, errors = json.load(answer)
    sys.stdout.write(output)
    sys.stderr.write(errors)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
