"""Runs Neutron: ``python -m computeapi.standalone.parts.network.serve STATE``.

The API with ML2 and its OVN driver, in one process: OVN does what Neutron's agents did.
"""

import importlib
import os
import signal
import socket
import sys
import time
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import sqlalchemy
import waitress
from oslo_service import backend

# Before Neutron: threads of the operating system, not green ones; and their use of SQLite.
backend.init_backend(backend.BackendType.THREADING)

from computeapi.standalone.parts.network import sqlite_threads as _  # noqa: F401
from computeapi.standalone.parts.network.layout import Layout
from computeapi.standalone.parts.network.programs import provide
from computeapi.standalone.serving import begin, prepare_once

#: Seconds that the switch's database may take to start; its programs may have to be downloaded.
_DATABASE_TIMEOUT = 300.0
#: Direction, version of IP and whether only members of the group are meant, of the rules that a
#: new "default" group has; other groups have those without members only.
RULES = (
    ("ingress", "IPv4", True),
    ("ingress", "IPv6", True),
    ("egress", "IPv4", False),
    ("egress", "IPv6", False),
)


def main(folder: str) -> NoReturn:
    """Make Neutron's database if need be, and serve it."""
    # Neutron takes the command line for its own.
    del sys.argv[1:]
    state, settings = begin(folder)
    layout = Layout(state)
    layout.create()
    os.environ["TMPDIR"] = str(layout.run)
    for file in layout.run.glob("neutron_start_time*"):
        # Neutron names it after the parent of its processes, which is the same when it is started
        # again. It would take its predecessor for one of them, and leave it a share of the events.
        file.unlink()
    os.environ["OS_NEUTRON_CONFIG_DIR"] = str(state.etc)
    os.environ["OS_NEUTRON_CONFIG_FILES"] = layout.conf.name
    # By this the OVN driver learns that there is one process of the API.
    os.environ["ASGI_WORKERS"] = "1"
    # The driver runs ovsdb-client once.
    if programs := provide().folder:
        os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    version = metadata.version("neutron")
    prepare_once(layout.neutron / "ready", version, lambda: _prepare(layout.database))
    _serve(layout, settings.listen, settings.ports["network"])


def _serve(layout: Layout, listen: str, port: int) -> NoReturn:
    # Most of Neutron: meanwhile the switch's database starts.
    importlib.import_module("neutron.plugins.ml2.drivers.ovn.mech_driver.mech_driver")
    _await(layout.ovsdb.removeprefix("unix:"))
    from neutron.wsgi.api import application  # noqa: PLC0415 - it reads its configuration now

    from computeapi.standalone.parts.network import repair  # noqa: PLC0415 - as that

    repair.begin()
    # The OVN driver took the signal and does not end the process.
    signal.signal(signal.SIGTERM, _end)
    try:
        # Requests wait here for each other rather than for SQLite's lock.
        waitress.serve(application, host=listen, port=port, threads=1, ident=None)
    finally:
        # Threads of the driver would keep the process for a while.
        os._exit(0)


def _await(socket_file: str) -> None:
    """Wait until a process listens on a Unix socket; Neutron fails if that takes too long."""
    deadline = time.monotonic() + _DATABASE_TIMEOUT
    with socket.socket(socket.AF_UNIX) as probe:
        while probe.connect_ex(socket_file) and time.monotonic() < deadline:
            time.sleep(0.1)


def _end(number: int, frame: Any) -> NoReturn:
    raise SystemExit(0)


def _prepare(file: Path) -> None:
    """Make Neutron's tables: its migrations do not run on SQLite.

    A later version of Neutron finds its new tables made, and new columns of old tables added.
    """
    from neutron.db.migration.models import head  # noqa: PLC0415 - only to make a database

    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    tables = head.get_metadata()
    tables.create_all(engine)
    with engine.begin() as connection:
        _add_columns(connection, tables)
        rules = tables.tables["securitygroupdefaultrules"]
        if connection.execute(sqlalchemy.select(rules.c.id).limit(1)).first() is None:
            _add_rules(connection, tables)
    engine.dispose()


def _add_columns(connection: sqlalchemy.Connection, tables: sqlalchemy.MetaData) -> None:
    inspector = sqlalchemy.inspect(connection)
    for table in tables.tables.values():
        there = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(
                    f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}'
                )


def _add_rules(connection: sqlalchemy.Connection, tables: sqlalchemy.MetaData) -> None:
    """Add the rules that new security groups have, as a new Neutron has them."""
    attributes = tables.tables["standardattributes"]
    rules = tables.tables["securitygroupdefaultrules"]
    for direction, ethertype, is_for_members in RULES:
        added = connection.execute(attributes.insert().values(resource_type=rules.name))
        connection.execute(
            rules.insert().values(
                id=str(uuid.uuid4()),
                standard_attr_id=(added.inserted_primary_key or (0,))[0],
                direction=direction,
                ethertype=ethertype,
                remote_group_id="PARENT" if is_for_members else None,
                used_in_default_sg=True,
                used_in_non_default_sg=not is_for_members,
            )
        )


if __name__ == "__main__":
    main(sys.argv[1])
