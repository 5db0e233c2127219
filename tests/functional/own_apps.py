"""Applications for the servers under test, to be named in a paste.deploy file."""

import json
import os
import select
import sys
import threading
import time
from pathlib import Path
from types import BuiltinFunctionType

_WAS_GREEN = not isinstance(select.select, BuiltinFunctionType)


def wait_for_file(global_conf, file, **local_conf):
    """Make an application that answers when a file exists, and says in another that it began."""
    path = Path(file)

    def app(environ, start_response):
        path.with_suffix(".began").touch()
        while not path.exists():
            time.sleep(0.05)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [b"done"]

    return app


def load_with_file(global_conf, file, **local_conf):
    """Make an application, as soon as a file exists."""
    Path(file).with_suffix(".began").touch()
    while not os.path.exists(file):
        time.sleep(0.05)
    return modules(global_conf)


def large(global_conf, **local_conf):
    """Make an application whose answer is larger than the buffers between server and client."""
    part = bytes(1_000_000)

    def app(environ, start_response):
        headers = [("Content-Type", "application/octet-stream"), ("Content-Length", "16000000")]
        start_response("200 OK", headers)
        return (part for _ in range(16))

    return app


def modules(global_conf, **local_conf):
    """Make an application that tells what it runs in."""

    def app(environ, start_response):
        told = {
            "eventlet": "eventlet" in sys.modules,
            "was_green_at_import": _WAS_GREEN,
            "local": threading.local.__module__,
            "psycopg": "PSYCOPG_WAIT_FUNC" in os.environ,
            "process": os.getpid(),
        }
        body = json.dumps(told).encode()
        length = ("Content-Length", str(len(body)))
        start_response("200 OK", [("Content-Type", "application/json"), length])
        return [body]

    return app
