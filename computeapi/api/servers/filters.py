"""The readers of the filters of a list of servers (API reference, "List Servers")."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from computeapi.api import paging, values
from computeapi.api.servers.status import STATUS_NAMES, STATUSES
from computeapi.domain.errors import Invalid
from computeapi.domain.servers import TagFilter, TaskState

States = list[tuple[str, frozenset[str | None] | None]]


@dataclass(slots=True)
class Filters:
    """The filters of a query that is being read, as :class:`ServerFilters` has them."""

    project_id: str | None = None
    tenant_id: str | None = None
    all_projects: bool = False
    deleted: bool | None = None
    soft_deleted: bool | None = None
    states: States | None = None
    task_states: frozenset[str] | None = None
    changes_since: datetime | None = None
    changes_before: datetime | None = None
    tags: list[TagFilter] = field(default_factory=list)
    equals: dict[str, list[object]] = field(default_factory=dict)
    matches: dict[str, str] = field(default_factory=dict)
    constants: list[tuple[str | None, str]] = field(default_factory=list)
    unfilterable: list[str] = field(default_factory=list)


Read = Callable[[Filters, str, Sequence[str]], None]


def equal(attribute: str, convert: Callable[[str], object] = str) -> Read:
    """Return the reader of a filter by a field's value; an invalid one matches no server."""

    def read(filters: Filters, name: str, texts: Sequence[str]) -> None:
        filters.equals[attribute] = converted = []
        with suppress(ValueError, Invalid):
            converted.append(convert(texts[-1]))

    return read


def match(attribute: str) -> Read:
    """Return the reader of a filter that searches a regular expression in a field."""

    def read(filters: Filters, name: str, texts: Sequence[str]) -> None:
        filters.matches[attribute] = texts[-1]

    return read


def constant(value: str | None) -> Read:
    """Return the reader of a filter by a value that all servers have in common.

    :param value: None for no value, so that none matches.
    """

    def read(filters: Filters, name: str, texts: Sequence[str]) -> None:
        filters.constants.append((value, texts[-1]))

    return read


def unfilterable(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Note a name that an administrator is told of, and that is left out for others."""
    filters.unfilterable.append(name)


def ignored(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Leave out a parameter that is known and changes nothing."""


def text(attribute: str) -> Read:
    """Return the reader of a parameter that is kept as it is."""

    def read(filters: Filters, name: str, texts: Sequence[str]) -> None:
        setattr(filters, attribute, texts[-1])

    return read


def status(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Turn statuses back into states; an unknown status matches no server."""
    statuses = {text.upper() for text in texts}
    filters.states = []
    for vm_state, by_task in STATUSES.items():
        for task, status in by_task.items():
            if status not in statuses:
                continue
            if task is not None:
                filters.states.append((vm_state, frozenset({task})))
            elif len(by_task) == 1:
                filters.states.append((vm_state, None))
            else:
                others = frozenset({None, *TaskState} - (set(by_task) - {None}))
                filters.states.append((vm_state, others))


def known_status(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Turn statuses back into states.

    :raises Invalid: when each of them is unknown.
    """
    if not STATUS_NAMES.intersection(text.upper() for text in texts):
        raise paging.invalid(name, texts[-1])
    status(filters, name, texts)


def task_state(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Note the task states that servers may have."""
    filters.task_states = frozenset(texts[-1:])


def deleted(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Note whether the servers are deleted."""
    filters.deleted = paging.is_true(texts[-1])


def soft_deleted(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Note whether servers whose delete is deferred are shown; any text means yes, as in Nova."""
    filters.soft_deleted = bool(texts[-1])


def all_tenants(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Note whether the servers of all projects are meant."""
    filters.all_projects = texts[-1] == "" or paging.boolean(texts[-1], name)


def changes_since(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Note the moment at or after which servers changed."""
    filters.changes_since = _moment(name, texts)


def changes_before(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Note the moment at or before which servers changed."""
    filters.changes_before = _moment(name, texts)


def _moment(name: str, texts: Sequence[str]) -> datetime:
    try:
        return values.moment(texts[-1])
    except ValueError as error:
        raise paging.invalid(name, texts[-1]) from error


def locked(filters: Filters, name: str, texts: Sequence[str]) -> None:
    """Note whether the servers are locked."""
    filters.equals["locked"] = [paging.boolean(texts[-1], name)]


def tagged(every: bool = True, present: bool = True) -> Read:
    """Return the reader of a filter by tags, which a comma separates; see :class:`TagFilter`."""

    def read(filters: Filters, name: str, texts: Sequence[str]) -> None:
        filters.tags.append(TagFilter(texts[-1].split(","), every, present))

    return read


def config_drive(text: str) -> bool:
    """Read whether a configuration drive was asked for."""
    return paging.boolean(text, "config_drive")


def disk_config(text: str) -> str:
    """Read the disk configuration."""
    return "AUTO" if paging.boolean(text, "auto_disk_config") else "MANUAL"


def flavor_id(reference: str) -> str:
    """Return the flavor's id of a reference, which may be a URL."""
    return reference.rsplit("/", 1)[-1]
