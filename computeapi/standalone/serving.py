"""Serves another OpenStack project in a process of its own.

Two of them cannot share a process: they register options of the same names on oslo.config's global
object.
"""

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import waitress

from computeapi.parent_death import end_with
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder, write_private

THREADS = 6


def begin(folder: str) -> tuple[StateFolder, Settings]:
    """Set this process up to serve another project; return the cloud's folder and settings."""
    warnings.simplefilter("ignore")
    # It calls each optional plugin whose package is not installed an error; a plugin that the
    # configuration names and that cannot be loaded ends the service with a reason of its own.
    logging.getLogger("stevedore.extension").setLevel(logging.CRITICAL)
    os.umask(0o077)
    state = StateFolder(Path(folder))
    return state, state.load()


def prepare_once(ready: Path, version: str, prepare: Callable[[], None]) -> None:
    """Run ``prepare`` in a child process, unless it ended well for this version before.

    A child, because what prepares a service leaves its global objects in a
    state in which it cannot be served; a fork, because importing the service
    again costs seconds.

    :param ready: the file that remembers the version.
    :raises SystemExit: when preparing failed; the child has written why.
    """
    if ready.exists() and ready.read_text() == version:
        return
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        end_with(parent)
        code = 1
        try:
            prepare()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        sys.exit("preparing the service failed")
    write_private(ready, version)


def serve(application: Callable[..., Any], listen: str, port: int) -> None:
    """Serve a WSGI application until the process is told to end."""
    waitress.serve(application, host=listen, port=port, threads=THREADS, ident=None)
