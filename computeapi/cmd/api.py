"""computeapi-api: serves the API, from one process or several on one socket."""

import logging
import os
import socket
import sys
from typing import NoReturn

from oslo_config import cfg

from computeapi import conf as configuration
from computeapi.cmd import arguments, log, paste, refusal
from computeapi.cmd.serving import listening
from computeapi.cmd.serving.processes import Processes

LOG = logging.getLogger(__name__)
_PROGRAM = "computeapi-api"


def main(argv: list[str] | None = None) -> int:
    """Run the command.

    :param argv: the command line, ``sys.argv[1:]`` by default.
    :raises SystemExit: with a sentence, when the service cannot start.
    """
    parser = arguments.parser(_PROGRAM, "Serve the API, with one process or several.")
    parser.add_argument("--config-file", required=True, metavar="FILE", help="configuration file")
    parser.add_argument(
        "--app", default="main", help="application in the paste file (default: main)"
    )
    args = parser.parse_args(argv)
    try:
        config = configuration.load([args.config_file])
        log.setup(config)
    except (cfg.Error, OSError) as error:
        _refuse(error)
    try:
        sock = listening.bind(config.api.listen, config.api.port)
    except OSError as error:
        _refuse(f"cannot listen on {config.api.listen}:{config.api.port}: {error}")
    _serve(config, sock, args.app)
    return 0


def _serve(config: cfg.ConfigOpts, sock: socket.socket, app_name: str) -> None:
    """Load everything, and only then listen: a connection is never left waiting.

    :param sock: bound, and not listening.
    """
    descriptor = sock.fileno()
    try:
        # The server first: eventlet changes the standard library before others import it.
        serve = paste.load_server(config, descriptor)
        app = paste.load_app(config, app_name)
    except paste.LoadError as error:
        _refuse(error)
    try:
        sock.listen(listening.BACKLOG)
    except OSError as error:  # another process was faster
        _refuse(f"cannot listen on {listening.name(sock)}: {error}")
    sock.detach()
    if config.api.processes == 1:
        serve(app)
    else:
        Processes(config.api.processes, lambda: serve(app), lambda: os.close(descriptor)).run()


def _refuse(error: Exception | str) -> NoReturn:
    sys.exit(refusal.refuse(_PROGRAM, error))


if __name__ == "__main__":
    sys.exit(main())
