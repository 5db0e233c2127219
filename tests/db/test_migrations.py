"""The tables come about by migrations, and are those that the code knows."""

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from computeapi import conf as configuration
from computeapi import db
from computeapi.cmd import manage
from computeapi.db import engine, migration, tables
from computeapi.db.database import Database
from computeapi.domain.errors import Unavailable
from computeapi.domain.flavors import DEFAULTS, FlavorFilters
from computeapi.domain.paging import PageRequest

SCRIPTS = Path(migration.__file__).parent / "alembic"
#: The newest version of the tables.
HEAD = ScriptDirectory(str(SCRIPTS)).get_current_head()


def differences(url: str) -> list:
    with engine.create(url).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, tables.metadata)


def names(url: str) -> set[str]:
    with engine.create(url).connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def details(url: str) -> dict:
    """The parts of the tables that ``compare_metadata`` does not compare."""
    with engine.create(url).connect() as connection:
        look = sa.inspect(connection)
        return {
            name: (
                look.get_pk_constraint(name),
                [(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name)],
                sorted((i["name"], i["column_names"]) for i in look.get_indexes(name)),
            )
            for name in look.get_table_names()
            if name != "alembic_version"
        }


def test_the_migrated_tables_are_those_of_the_code(url):
    assert differences(url) == []


def test_a_difference_would_be_noticed(url):
    """The comparison above is worth something."""
    tables.metadata.tables["hosts"].append_column(column := sa.Column("colour", sa.Text()))
    try:
        assert len(differences(url)) == 1
    finally:
        tables.hosts._columns.remove(column)
    assert differences(url) == []


def test_migrating_makes_what_the_code_would_make(empty_url, url):
    with engine.create(empty_url).connect() as connection:
        tables.metadata.create_all(connection)
    assert details(empty_url) == details(url)


def test_migrating_again_changes_nothing(empty_url):
    migration.upgrade(empty_url)
    database = Database(empty_url)
    with database.write() as tx:
        assert tx.flavors.delete("1")
    migration.upgrade(empty_url)
    with database.read() as tx:
        found = tx.flavors.list(FlavorFilters(), PageRequest(100)).items
    database.close()
    # The default flavors are there from the beginning, and who removes one is rid of it.
    assert sorted(f.id for f in found) == sorted(f.id for f in DEFAULTS if f.id != "1")
    assert [f for f in DEFAULTS if f.id != "1" and f not in found] == []


def test_migrations_lead_back(empty_url):
    migration.upgrade(empty_url)
    migration.downgrade(empty_url, "base")
    assert names(empty_url) == {"alembic_version"}
    assert migration.version(empty_url) is None
    migration.upgrade(empty_url)
    assert differences(empty_url) == []


def test_a_migration_that_fails_leaves_nothing(empty_url, monkeypatch):
    monkeypatch.setattr("computeapi.domain.flavors.DEFAULTS", [DEFAULTS[0], DEFAULTS[0]])
    with pytest.raises(sa.exc.IntegrityError):
        migration.upgrade(empty_url)
    assert names(empty_url) == set()
    monkeypatch.undo()
    migration.upgrade(empty_url)
    assert differences(empty_url) == []


def test_many_may_migrate_at_once(empty_url):
    program = "import sys; from computeapi.db import migration; migration.upgrade(sys.argv[1])"
    running = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    assert differences(empty_url) == []


def test_nothing_but_a_migration_makes_the_file(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/computeapi.sqlite")
    with pytest.raises(Unavailable), database.read():
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_file_may_have_any_name(tmp_path):
    url = f"sqlite:///{tmp_path}/a%b #ü.sqlite"
    migration.upgrade(url)
    assert migration.version(url) == HEAD
    assert (tmp_path / "a%b #ü.sqlite").exists()


def test_the_file_is_readable_for_nobody_else(tmp_path):
    path = tmp_path / "new" / "computeapi.sqlite"
    mask = os.umask(0)
    try:
        migration.upgrade(f"sqlite:///{path}")
        database = Database(f"sqlite:///{path}")
        with database.write() as tx, database.read():
            tx.flavors.delete("1")
            modes = {stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
        database.close()
    finally:
        os.umask(mask)
    assert modes == {0o600}


def test_the_options_name_the_database(tmp_path):
    conf = _conf(tmp_path)
    db.sync(conf)
    database = db.connect(conf)
    with database.read() as tx:
        assert tx.flavors.get("1") is not None
    database.close()
    assert (tmp_path / "state" / "computeapi.sqlite").exists()


def test_the_command_migrates_and_tells_the_version(tmp_path, capsys):
    _conf(tmp_path)
    arguments = ["--config-file", str(tmp_path / "computeapi.conf"), "db"]
    assert manage.main([*arguments, "version"]) == 1
    assert "unable to open database file" in capsys.readouterr().err
    assert manage.main([*arguments, "sync"]) == 0
    assert manage.main([*arguments, "sync"]) == 0
    assert manage.main([*arguments, "version"]) == 0
    assert capsys.readouterr().out == f"{HEAD}\n"


def test_the_command_tells_what_is_wrong(tmp_path, capsys):
    assert manage.main(["--config-file", str(tmp_path / "missing"), "db", "version"]) == 1
    (tmp_path / "c").write_text("[database]\nconnection = nonsense\n")
    assert manage.main(["--config-file", str(tmp_path / "c"), "db", "sync"]) == 1
    errors = capsys.readouterr().err
    assert errors.count("computeapi-manage: ") == 2
    assert "Traceback" not in errors


def test_a_new_migration_holds_the_differences(url, monkeypatch, tmp_path):
    copy = tmp_path / "alembic"
    shutil.copytree(SCRIPTS, copy)
    monkeypatch.setattr(migration, "_LOCATION", str(copy))
    with engine.create(url).connect() as connection:
        connection.exec_driver_sql("ALTER TABLE servers DROP COLUMN fault")
    try:
        migration.new_revision(url, "add the fault")
        (written,) = (copy / "versions").glob("*add_the_fault.py")
        assert "add_column(sa.Column('fault', sa.JSON(), nullable=True))" in written.read_text()
        migration.upgrade(url)
        with engine.create(url).connect() as connection:
            assert "fault" in {c["name"] for c in sa.inspect(connection).get_columns("servers")}
    finally:
        with engine.create(url).connect() as connection:
            connection.execute(
                sa.text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD}
            )


def _conf(folder: Path):
    path = folder / "computeapi.conf"
    path.write_text(f"[DEFAULT]\nstate_path = {folder / 'state'}\n")
    return configuration.load([str(path)])


def test_servers_get_the_claims_that_they_were_counted_by(empty_url, make_server):
    migration.upgrade(empty_url, "0004")
    placed = make_server(vcpus=2, disk_gb=3, ephemeral_gb=1, swap_mb=1025)
    gone = make_server(deleted=True)
    with engine.create(empty_url).connect() as connection:
        connection.exec_driver_sql("BEGIN")
        servers = [placed, gone, make_server(host=None)]
        known = {column["name"] for column in sa.inspect(connection).get_columns("servers")}
        rows = [asdict(s) | {"changed_at": s.created_at} for s in servers]
        rows = [{name: row[name] for name in row.keys() & known} for row in rows]
        connection.execute(sa.insert(tables.servers), rows)
        connection.exec_driver_sql("COMMIT")
    migration.upgrade(empty_url)
    database = Database(empty_url)
    with database.read() as tx:
        assert tx.hosts.usage() == {"host1": placed.usage}
    database.close()
    migration.downgrade(empty_url, "0004")
    migration.upgrade(empty_url)


def test_hosts_stay_in_the_zone_that_their_worker_reported(empty_url, make_host):
    migration.upgrade(empty_url, "0007")
    reported = {"a": "nova", "b": "east", "c": "west", "d": "east"}
    with engine.create(empty_url).connect() as connection:
        connection.exec_driver_sql("BEGIN")
        known = {column["name"] for column in sa.inspect(connection).get_columns("hosts")}
        rows = [asdict(make_host(name, availability_zone=z)) for name, z in reported.items()]
        rows = [{name: row[name] for name in row.keys() & known} for row in rows]
        connection.execute(sa.insert(tables.hosts), rows)
        connection.exec_driver_sql("COMMIT")
    migration.upgrade(empty_url)
    database = Database(empty_url)
    with database.read() as tx:
        assert {host.name: host.zone("nova") for host in tx.hosts.list()} == reported
        assert {a.availability_zone: a.hosts for a in tx.aggregates.list()} == {
            "east": ["b", "d"],
            "west": ["c"],
        }
        assert [s.number for s in tx.services.list()] == [1, 2, 3, 4]
    database.close()
    migration.downgrade(empty_url, "0007")
    with engine.create(empty_url).connect() as connection:
        kept = connection.execute(sa.text("SELECT name, availability_zone FROM hosts")).all()
    assert dict(map(tuple, kept)) == reported
