"""Copies Nova's rows by SQL: making ten thousand servers by its objects would take minutes.

The copies have the ids, names and moments that :mod:`bench.rows` gives the same servers.
"""

from collections.abc import Mapping
from typing import Any

from bench import rows

#: Servers that are there already.
ORIGINALS = 100
_NAMES = "bench_names"
#: The tables of what belongs to an instance, and SQL for their columns that differ.
_OF_INSTANCE: Mapping[str, Mapping[str, str]] = {
    "instance_extra": {},
    "instance_info_caches": {
        "network_info": "replace(replace(x.network_info, '\"' || n.old_address || '\"',"
        " '\"' || n.new_address || '\"'), n.old_mac, n.new_mac)"
    },
    "instance_metadata": {"value": "n.number::text"},
    "instance_system_metadata": {},
    "block_device_mapping": {"uuid": "gen_random_uuid()::text"},
}


def _name(connection: Any, copies: int) -> None:
    """Create the table of copies: a number, and the identifiers of the old and the new row."""
    columns = ", ".join(
        f"{age}_{what} text" for age in ("old", "new") for what in ("id", "address", "mac")
    )
    connection.execute(f"CREATE TEMPORARY TABLE {_NAMES} (number int, {columns})")
    with connection.cursor().copy(f"COPY {_NAMES} FROM STDIN") as copy:
        for old in range(ORIGINALS):
            for new in range(old + ORIGINALS, old + ORIGINALS * (copies + 1), ORIGINALS):
                copy.write_row((new, *_known_by(old), *_known_by(new)))


def _known_by(index: int) -> tuple[object, ...]:
    address = rows.address(index)
    return rows.server_id(index), address["addr"], address["mac"]


def _copy(connection: Any, table: str, key: str, values: Mapping[str, str]) -> None:
    """Copy the rows of a table for every new name.

    :param key: the column with the old id.
    :param values: SQL for the columns that differ; ``x`` is the old row, ``n`` the names.
    """
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", (table,)
    ).fetchall()
    same = [name for (name,) in found if name not in ("id", key, *values)]
    into = ", ".join(f'"{name}"' for name in (key, *values, *same))
    selected = ", ".join(["n.new_id", *values.values(), *(f'x."{name}"' for name in same)])
    connection.execute(
        f"INSERT INTO {table} ({into}) SELECT {selected} FROM {_NAMES} n"
        f" JOIN {table} x ON x.{key} = n.old_id ORDER BY n.number"
    )


def cell(connection: Any, copies: int) -> None:
    """Copy the servers of a cell's database."""
    _name(connection, copies)
    name = "'vm-' || lpad(n.number::text, 7, '0')"
    _copy(connection, "instances", "uuid", {"display_name": name, "hostname": name})
    created = (
        f"timestamp '{rows.EPOCH.isoformat()}' + right(display_name, 7)::int * interval '1 second'"
    )
    launched = (
        f"{created} + interval '5 second'"
        " + right(display_name, 7)::int % 1000000 * interval '1 microsecond'"
    )
    host = f"'host' || lpad((right(display_name, 7)::int % {rows.HOSTS})::text, 3, '0')"
    connection.execute(
        f"UPDATE instances SET created_at = {created}, launched_at = {launched},"
        f" updated_at = {launched}, host = {host}, node = {host}, launched_on = {host}"
    )
    for table, differing in _OF_INSTANCE.items():
        _copy(connection, table, "instance_uuid", differing)
    connection.execute("ANALYZE")


def api(connection: Any, copies: int) -> None:
    """Copy the servers of the API's database."""
    _name(connection, copies)
    for table in ("instance_mappings", "request_specs"):
        _copy(connection, table, "instance_uuid", {})
    connection.execute("ANALYZE")
