"""Serves Nova by HTTP as the other variants are served: eventlet, one process."""

# First: it makes the standard library green.
from bench.nova import green  # isort: skip

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from eventlet import wsgi

from bench.nova import app


def fair(application: Any) -> Any:
    """Yield to other connections before each request, as the service's server does."""

    def yielding(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        eventlet.sleep(0)
        return application(environ, start_response)

    return yielding


def main() -> None:
    """Load Nova, report its port, and serve it until a signal ends it."""
    spec = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sock = green.listen()
    application = app.load(spec["folder"])
    gc.collect()
    gc.freeze()
    answers.write(json.dumps({"port": sock.getsockname()[1]}) + "\n")
    answers.flush()
    wsgi.server(sock, fair(application), log_output=False, keepalive=True, debug=False)


if __name__ == "__main__":
    main()
