"""The API for any WSGI server: ``computeapi.cmd.wsgi:application``.

The environment variable ``COMPUTEAPI_CONFIG_FILE`` names the configuration file, and
``COMPUTEAPI_APP`` the section of the paste.deploy file (default: main).
"""

import os

from computeapi import conf as configuration
from computeapi.cmd import log, paste

_CONFIG_FILE = os.environ.get("COMPUTEAPI_CONFIG_FILE", "/etc/computeapi/computeapi.conf")

config = configuration.load([_CONFIG_FILE])
log.setup(config)
application = paste.load_app(config, os.environ.get("COMPUTEAPI_APP", "main"))
