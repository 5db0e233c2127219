"""A whole Nova in one process, which boots and deletes: ``python -m testing.nova.whole``.

API, conductor, scheduler, compute with the fake driver, and Placement, put together by the
functional tests that Nova's release brings, with in-memory messages, SQLite, and fixtures in the
places of Glance, Neutron, Cinder and Keystone.
"""

# First: it decides between threads and green threads.
from nova.tests.functional import integrated_helpers  # isort: skip

import logging
import os
import sys
import time
import unittest
import warnings
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from unittest import mock

import waitress
from futurist import _thread
from nova import context
from nova.tests.fixtures.nova import PROJECT_ID
from oslo_messaging._drivers import impl_fake

from testing.programs import Answers

_LIMITLESS = {"instances": -1, "cores": -1, "ram": -1}


def caller(environ: Mapping[str, str], **options: Any) -> context.RequestContext:
    """Return the caller, an administrator with any token."""
    return context.RequestContext(
        "bench", PROJECT_ID, is_admin=True, roles=["admin", "member", "reader"], **options
    )


class Whole(integrated_helpers._IntegratedTestBase):
    """The services, put together and taken apart as those tests do."""

    ADMIN_API = True
    CAST_AS_CALL = False
    microversion = "latest"
    answers: Any = None

    def _setup_services(self) -> None:
        self.flags(compute_driver="fake.FakeDriver")
        self.flags(group="quota", **_LIMITLESS)
        self.flags(group="wsgi", api_paste_config=f"{sys.prefix}/etc/nova/api-paste.ini")
        super()._setup_services()

    def setUp(self) -> None:
        """Start the services, with the idle time of threads that Nova has outside of tests."""
        idle = _thread.ThreadWorker.MAX_IDLE_FOR
        super().setUp()
        _thread.ThreadWorker.MAX_IDLE_FOR = idle

    def runTest(self) -> None:
        """Serve until the process is ended."""
        quiet()
        who = mock.patch("nova.api.auth.NovaKeystoneContext._create_context", staticmethod(caller))
        who.start()
        server = waitress.create_server(self.api_fixture.app(), host="127.0.0.1", port=0)
        image = self.glance.auto_disk_config_enabled_image["id"]
        type(self).answers.send({"port": int(server.effective_port), "image": image})
        server.run()


def hurry() -> None:
    """Make messages in memory arrive as fast as over a broker: polled each 2 ms, not 50."""
    clock = {name: getattr(time, name) for name in dir(time) if not name.startswith("_")}
    sleep = time.sleep
    clock["sleep"] = lambda seconds: sleep(min(seconds, 0.002))
    impl_fake.time = SimpleNamespace(**clock)


def quiet() -> None:
    """Log as an installation would, not as tests do."""
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    for name in (None, *logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.WARNING)


def main() -> None:
    """Run it."""
    Whole.answers = Answers()
    del sys.argv[1:]
    hurry()
    result = unittest.TestResult()
    Whole().run(result)
    for _, text in result.errors + result.failures:
        print(text, file=sys.stderr)
    os._exit(1)


if __name__ == "__main__":
    main()
