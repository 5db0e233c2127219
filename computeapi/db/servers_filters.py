"""The filters of a list of servers, as conditions on rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from computeapi.db import limits
from computeapi.db.patterns import checked_searcher
from computeapi.db.tables import hosts, servers
from computeapi.db.tables.servers import PLAIN
from computeapi.domain.servers import ServerFilters, TagFilter

_TEXT: dict[str, sa.ColumnElement[str]] = {
    **{name: c for name, c in PLAIN.items() if isinstance(c.type, sa.String)},
    **{name: sa.cast(c, sa.String) for name, c in PLAIN.items() if isinstance(c.type, sa.DateTime)},
}


#: name of a filter by an address -> version of the address
_ADDRESSES = {"ip": 4, "ip6": 6}
#: other name of a filter -> field
_ALIASES = {"display_name": "name"}


def conditions(dialect: str, filters: ServerFilters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions beyond the project and ``deleted``.

    :param dialect: the database's kind, as JSON has a syntax of its own in each.
    :raises Invalid: when a regular expression is none.
    :raises ValueError: when a field is unknown, or none of text where text is needed.
    """
    return list(_conditions(dialect, filters))


def _conditions(dialect: str, filters: ServerFilters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.states is not None:
        yield sa.or_(sa.false(), *(_state(vm, tasks) for vm, tasks in filters.states))
    if filters.task_states is not None:
        yield _among(servers.c.task_state, list(filters.task_states))
    yield from _changed(filters)
    for name, values in filters.equals.items():
        yield _equal(name, values)
    for group in filters.tags:
        yield _tagged(dialect, group)
    matches = {_ALIASES.get(name, name): pattern for name, pattern in filters.matches.items()}
    addresses = {_ADDRESSES[name]: matches.pop(name) for name in _ADDRESSES if name in matches}
    if addresses:
        yield sa.or_(*(_match_addresses(dialect, *each) for each in addresses.items()))
    for name, pattern in matches.items():
        yield _match(name, pattern)
    for constant, pattern in filters.constants:
        search = checked_searcher("by a constant", pattern)
        if constant is None or not search(constant):
            yield sa.false()


def _equal(name: str, values: Sequence[object]) -> sa.ColumnElement[bool]:
    if name == "node":
        # The name of a host as its hypervisor has it.
        found = sa.select(hosts.c.name).where(_among(hosts.c.hypervisor_hostname, values))
        return servers.c.host.in_(found)
    if name not in PLAIN:
        raise ValueError(f"Cannot filter by {name!r}")
    return _among(PLAIN[name], values)


def _changed(filters: ServerFilters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.changes_since is not None:
        yield servers.c.changed_at >= filters.changes_since
    if filters.changes_before is not None:
        yield servers.c.changed_at <= filters.changes_before


def _tagged(dialect: str, group: TagFilter) -> sa.ColumnElement[bool]:
    text = sa.type_coerce(servers.c.tags, sa.Text())
    position = sa.func.strpos if dialect == "postgresql" else sa.func.instr
    among = [position(text, f",{tag},") > 0 for tag in group.tags if limits.can_be_kept([tag])]
    unknown = [sa.false()] * (len(group.tags) - len(among))
    join = sa.and_ if group.every else sa.or_
    holds = join(*among, *unknown)
    return holds if group.present else sa.not_(holds)


def _state(vm_state: str, task_states: frozenset[str | None] | None) -> sa.ColumnElement[bool]:
    is_state = servers.c.vm_state == vm_state
    if task_states is None:
        return is_state
    return sa.and_(is_state, _among(servers.c.task_state, list(task_states)))


def _among(column: sa.Column[Any], values: Sequence[object]) -> sa.ColumnElement[bool]:
    some = [v for v in values if v is not None and limits.can_hold(column, v)]
    choices: list[sa.ColumnElement[bool]] = [column.in_(some)] if some else []
    if None in values:
        choices.append(column.is_(None))
    return sa.or_(sa.false(), *choices)


def _match(name: str, pattern: str) -> sa.ColumnElement[bool]:
    checked_searcher(name, pattern)
    if name not in _TEXT:
        raise ValueError(f"Cannot match {name!r} with a regular expression")
    return _TEXT[name].regexp_match(pattern)


def _match_addresses(dialect: str, version: int, pattern: str) -> sa.ColumnElement[bool]:
    """Match each ``addr`` of a version in a server's networks."""
    checked_searcher("ip", pattern)
    ports: sa.FromClause
    port: Callable[[str], sa.ColumnElement[Any]]
    if dialect == "postgresql":
        nets = sa.func.json_each(servers.c.addresses).table_valued("value", name="nets")
        ports = sa.func.json_array_elements(nets.c.value).table_valued("value", name="ports")
        port = ports.c.value.op("->>")
    else:
        nets = sa.func.json_each(servers.c.addresses).table_valued("value", name="nets")
        ports = sa.func.json_each(nets.c.value).table_valued("value", name="ports")
        port = _of_json(ports.c.value)
    matching = sa.select(sa.literal(1)).select_from(nets.join(ports, sa.true()))
    is_match = sa.and_(
        sa.cast(port("version"), sa.String) == str(version), port("addr").regexp_match(pattern)
    )
    return matching.where(is_match).correlate(servers).exists()


def _of_json(value: sa.ColumnElement[Any]) -> Callable[[str], sa.ColumnElement[Any]]:
    return lambda name: sa.func.json_extract(value, f"$.{name}")
