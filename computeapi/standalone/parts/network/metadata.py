"""Runs the metadata service: ``python -m computeapi.standalone.parts.network.metadata STATE``.

The parts of a cloud start while the tables of Compute's database are made, without which the
service does not start.
"""

import os
import sys
import time
from pathlib import Path
from typing import NoReturn

from computeapi import conf
from computeapi.db import schema
from computeapi.db.schema import OutdatedTables
from computeapi.standalone.state import StateFolder

#: Seconds that the tables may take.
_TIMEOUT = 120.0


def main(folder: str) -> NoReturn:
    """Wait for the tables, and become the service."""
    file = str(StateFolder(Path(folder)).compute_conf)
    connection = conf.load([file]).database.connection
    deadline = time.monotonic() + _TIMEOUT
    while not _has_tables(connection) and time.monotonic() < deadline:
        time.sleep(0.2)
    command = [sys.executable, "-m", "computeapi.cmd.metadata", "--config-file", file]
    os.execv(command[0], command)


def _has_tables(connection: str) -> bool:
    try:
        schema.check(connection)
    except OutdatedTables:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1])
