"""Runs Cinder: ``python -m computeapi.standalone.parts.volume.serve STATE``.

The API, the scheduler and the volume service share the process, since oslo.messaging has no
transport between processes without a broker.
"""

import sys
from importlib import metadata

# Before anything else of Cinder is imported: threads of the operating system, not green ones.
from cinder import monkey_patch

monkey_patch.patch("threading")

import os_brick
from cinder import objects, privsep, service, utils, version
from cinder.db import api
from cinder.image import image_utils
from cinder.wsgi import wsgi
from os_brick import privileged
from oslo_config import cfg

from computeapi.standalone import sqlite
from computeapi.standalone.parts.volume import BACKEND, conf_file, database, home, lost_requests
from computeapi.standalone.serving import begin, prepare_once, serve


class CinderService(service.Service):
    """A service of Cinder beside others in one process."""

    def report_state(self) -> None:
        """Report itself alive: the class keeps the id of the service that began last."""
        service.Service.service_id = self.origin_service_id
        super().report_state()


def main(folder: str) -> None:
    """Make Cinder's database if need be, and serve it."""
    state, settings = begin(folder)
    for name in ("volumes", "lock", "coordination"):
        (home(state) / name).mkdir(parents=True, exist_ok=True)
    # Cinder takes the command line for its own.
    sys.argv[1:] = ["--config-file", str(conf_file(state))]
    prepare_once(home(state) / "ready", metadata.version("cinder"), _prepare)
    lost_requests.take_up(database(state))
    connection = sqlite.share(api.main_context_manager, database(state))
    application = wsgi.initialize_application()
    _start_services(settings.host)
    serve(application, settings.listen, settings.ports["volume"])
    connection.close()


def _prepare() -> None:
    from cinder.db import migration  # noqa: PLC0415 - only to make a database

    objects.register_all()
    cfg.CONF(sys.argv[1:], project="cinder", version=version.version_string())
    migration.db_sync()


def _start_services(host: str) -> None:
    # Programs run as the user of this process: all files are the user's own.
    privsep.sys_admin_pctxt.set_client_mode(False)
    privileged.default.set_client_mode(False)
    utils.get_root_helper = lambda: "env"
    # eventlet's pool of threads answers the first thread that uses it alone: Cinder would wait for
    # ever for the image of its second volume.
    image_utils.tpool.execute = lambda method, *arguments, **named: method(*arguments, **named)
    image_utils.tpool.Proxy = lambda wrapped, *_arguments, **_named: wrapped
    os_brick.setup(cfg.CONF)
    cfg.CONF.register_opt(cfg.StrOpt("backend_host"), group=BACKEND)
    # The scheduler places volumes where a volume service has reported itself.
    volumes = CinderService.create(
        host=f"{host}@{BACKEND}", service_name=BACKEND, binary="cinder-volume", coordination=True
    )
    volumes.start()
    if not volumes.manager.is_working():
        sys.exit("Cinder's driver could not be initialized: its error stands above.")
    CinderService.create(binary="cinder-scheduler").start()


if __name__ == "__main__":
    main(sys.argv[1])
