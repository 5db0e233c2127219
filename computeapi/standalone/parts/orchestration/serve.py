"""Runs Heat: ``python -m computeapi.standalone.parts.orchestration.serve STATE``.

The APIs and the engine share the process, since oslo.messaging has no transport between processes
without a broker.
"""

import sys
from importlib import metadata

# Before anything of Heat is imported: threads of the operating system, not green ones.
from oslo_service import backend

backend.init_backend(backend.BackendType.THREADING)

from heat import version
from heat.api.openstack import wsgi
from heat.common import config
from heat.db import api
from heat.engine import service, template
from heat.rpc import api as rpc_api
from oslo_config import cfg
from oslo_log import log
from paste import urlmap

from computeapi.standalone import sqlite
from computeapi.standalone.parts.orchestration import CFN, conf_file, database, home
from computeapi.standalone.serving import begin, prepare_once, serve


def main(folder: str) -> None:
    """Make Heat's database if need be, and serve it."""
    state, settings = begin(folder)
    (home(state) / "lock").mkdir(parents=True, exist_ok=True)
    # Heat takes the command line for its own.
    sys.argv[1:] = ["--config-file", str(conf_file(state))]
    prepare_once(home(state) / "ready", metadata.version("openstack-heat"), _prepare)
    connection = sqlite.share(api.context_manager, database(state))
    applications = urlmap.URLMap()
    applications["/"] = wsgi.init_application()
    applications[CFN] = config.load_paste_app("heat-api-cfn")
    config.startup_sanity_check()
    template._get_template_extension_manager()
    service.EngineService(cfg.CONF.host, rpc_api.ENGINE_TOPIC).start()
    serve(applications, settings.listen, settings.ports["orchestration"])
    connection.close()


def _prepare() -> None:
    from heat.db import migration  # noqa: PLC0415 - only to make a database

    log.register_options(cfg.CONF)
    cfg.CONF(project="heat", prog="heat-manage", version=version.version_info.version_string())
    migration.db_sync()


if __name__ == "__main__":
    main(sys.argv[1])
