"""Nova's configuration files."""

import configparser
import shutil
from collections.abc import Mapping
from pathlib import Path

#: The options that make Nova's services work without each other here.
_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "DEFAULT": {
        "host": "api",
        "use_stderr": "true",
        "debug": "false",
        "compute_driver": "fake.FakeDriver",
        "transport_url": "fake://",
        "my_ip": "127.0.0.1",
    },
    "oslo_policy": {"enforce_scope": "true"},
    "oslo_messaging_notifications": {"driver": "noop"},
    "key_manager": {"backend": "nova.keymgr.conf_key_mgr.ConfKeyManager"},
}


def write(
    folder: Path, databases: Mapping[str, str], paste: Path, auth_options: Mapping[str, str]
) -> Path:
    """Write ``nova.conf`` and ``api-paste.ini``, the latter as Nova ships it.

    :param databases: the URLs of "api" and "cell1".
    :param auth_options: the section ``[keystone_authtoken]``.
    :return: nova.conf.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(paste, folder / "api-paste.ini")
    config = configparser.RawConfigParser()
    config.read_dict(_SECTIONS)
    config["DEFAULT"]["state_path"] = str(folder)
    config.read_dict(
        {
            "api_database": {"connection": databases["api"]},
            "database": {"connection": databases["cell1"]},
            "wsgi": {"api_paste_config": str(folder / "api-paste.ini")},
            "oslo_concurrency": {"lock_path": str(folder)},
            "keystone_authtoken": dict(auth_options),
        }
    )
    path = folder / "nova.conf"
    with path.open("w") as out:
        config.write(out)
    return path
