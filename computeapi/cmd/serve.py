"""Serves an application of the paste.deploy file, from one process or several on one socket."""

import os
import socket
import sys
from dataclasses import dataclass
from typing import NoReturn

from oslo_config import cfg

from computeapi import conf as configuration
from computeapi.cmd import log, paste, refusal
from computeapi.cmd.serving import listening
from computeapi.cmd.serving.processes import Processes


@dataclass(frozen=True, slots=True)
class Service:
    """A service that a command runs.

    :ivar program: name of the command.
    :ivar group: of the options ``listen``, ``port`` and ``processes``.
    :ivar app: section of the paste.deploy file.
    """

    program: str
    group: str
    app: str

    def run(self, config_file: str) -> None:
        """Serve until the process is told to stop.

        :raises SystemExit: with a sentence, when the service cannot start.
        """
        try:
            config = configuration.load([config_file])
            log.setup(config)
        except (cfg.Error, OSError) as error:
            self._refuse(error)
        options = config[self.group]
        try:
            sock = listening.bind(options.listen, options.port)
        except OSError as error:
            self._refuse(f"cannot listen on {options.listen}:{options.port}: {error}")
        self._serve(config, sock)

    def _serve(self, config: cfg.ConfigOpts, sock: socket.socket) -> None:
        """Load everything, and only then listen: a connection is never left waiting.

        :param sock: bound, and not listening.
        """
        descriptor = sock.fileno()
        try:
            # The server first: eventlet changes the standard library before others import it.
            serve = paste.load_server(config, descriptor)
            app = paste.load_app(config, self.app)
        except paste.LoadError as error:
            self._refuse(error)
        try:
            sock.listen(listening.BACKLOG)
        except OSError as error:  # another process was faster
            self._refuse(f"cannot listen on {listening.name(sock)}: {error}")
        sock.detach()
        processes = config[self.group].processes
        if processes == 1:
            serve(app)
        else:
            Processes(processes, lambda: serve(app), lambda: os.close(descriptor)).run()

    def _refuse(self, error: Exception | str) -> NoReturn:
        sys.exit(refusal.refuse(self.program, error))
