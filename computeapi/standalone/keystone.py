"""Runs Keystone: ``python -m computeapi.standalone.keystone STATE``.

The first time it makes the database, the keys, the administrator and the
entry of Keystone itself in the catalog: in one process, since each command of
keystone-manage takes as long as all of it does here.
"""

import sys
from importlib import metadata
from pathlib import Path

import keystone.conf
import keystone.server
from keystone.common.fernet_utils import FernetUtils
from keystone.common.sql import core
from keystone.server.flask.core import initialize_application

from computeapi.standalone import sqlite
from computeapi.standalone.config import REGION
from computeapi.standalone.serving import begin, prepare_once, serve
from computeapi.standalone.settings import Settings


def main(folder: str) -> None:
    """Set Keystone up if need be, and serve it."""
    # Keystone takes the command line for its own.
    del sys.argv[1:]
    state, settings = begin(folder)
    config = state.etc / "keystone.conf"
    home = state.path / "keystone"
    home.mkdir(exist_ok=True)
    prepare_once(
        home / "ready", metadata.version("keystone"), lambda: _prepare(str(config), settings)
    )
    connection = sqlite.share(core._get_main_context_manager(), state.keystone_database)
    application = initialize_application("public", config_files=[str(config)])
    serve(application, settings.listen, settings.ports["identity"])
    connection.close()


def _prepare(config: str, settings: Settings) -> None:
    from keystone.cmd.bootstrap import Bootstrapper  # noqa: PLC0415 - only to make a database
    from keystone.common.sql import upgrades  # noqa: PLC0415 - only to make a database

    keystone.server.configure(config_files=[config])
    upgrades.offline_sync_database_to_version()
    for group in ("fernet_tokens", "credential"):
        keys = FernetUtils(keystone.conf.CONF[group].key_repository, 3, group)
        keys.create_key_directory()
        if not any(Path(keys.key_repository).iterdir()):
            keys.initialize_key_repository()
    bootstrapper = Bootstrapper()
    bootstrapper.admin_username = "admin"
    bootstrapper.admin_password = settings.passwords["admin"]
    bootstrapper.project_name = "admin"
    bootstrapper.admin_role_name = "admin"
    bootstrapper.immutable_roles = True
    bootstrapper.region_id = REGION
    bootstrapper.service_name = "keystone"
    url = settings.endpoints["identity"]
    bootstrapper.public_url = bootstrapper.internal_url = bootstrapper.admin_url = url
    bootstrapper.bootstrap()


if __name__ == "__main__":
    main(sys.argv[1])
