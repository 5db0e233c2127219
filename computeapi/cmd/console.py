"""``computeapi-console``: the proxy through which browsers reach the consoles of servers."""

import logging
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from oslo_config import cfg

from computeapi import bootstrap, conf
from computeapi.cmd import arguments, log, refusal
from computeapi.cmd.serving import listening
from computeapi.service.console_tokens import ConsoleAccess

LOG = logging.getLogger(__name__)
_PROGRAM = "computeapi-console"
#: Seconds that open consoles have to end when the proxy stops.
_STOP_TIMEOUT = 5.0


def main(args: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; return the exit status.

    :param args: the command line, ``sys.argv[1:]`` by default.
    """
    try:
        options = conf.load(
            args=sys.argv[1:] if args is None else args,
            version=f"{_PROGRAM} {arguments.version()}",
        )
        log.setup(options)
        access = bootstrap.console_access(options)
        sock = listening.bind(options.console.listen, options.console.port)
    except (cfg.Error, OSError, ValueError) as error:
        return refusal.refuse(_PROGRAM, error)
    try:
        serve(options, access, sock)
    except ImportError as error:
        return refusal.refuse(_PROGRAM, f"{error}: pip install 'computeapi[console]'")
    return 0


def serve(options: cfg.ConfigOpts, access: ConsoleAccess, sock: socket.socket) -> None:
    """Serve the proxy on a bound socket until a signal ends it.

    :raises ImportError: when the extra ``console`` is not installed.
    """
    from aiohttp import web  # noqa: PLC0415 - an extra

    from computeapi.console_proxy import app  # noqa: PLC0415 - imports aiohttp

    group = options.console
    proxy = app.ProxyOptions(
        scheme=urlsplit(group.base_url).scheme,
        allowed_origins=tuple(group.allowed_origins),
        novnc=Path(group.novnc_path),
    )
    LOG.info("Listening on %s", listening.name(sock))
    # aiohttp's log of requests would show tokens.
    web.run_app(
        app.create(access, proxy),
        sock=sock,
        access_log=None,
        print=None,
        shutdown_timeout=_STOP_TIMEOUT,
    )


if __name__ == "__main__":
    sys.exit(main())
