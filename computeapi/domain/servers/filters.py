"""The servers that a list shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class AllProjects(Enum):
    """The type of :data:`ALL_PROJECTS`."""

    ALL_PROJECTS = "all projects"


#: Names every project in a query. It has to be given: no other value, and no missing one, does so.
ALL_PROJECTS = AllProjects.ALL_PROJECTS


@dataclass(frozen=True, slots=True)
class TagFilter:
    """A condition on the tags of a server.

    :ivar tags: the tags that the condition is about.
    :ivar every: whether each of them is meant, or any one of them.
    :ivar present: whether the server has them, or lacks them: a condition with ``every`` and
        without ``present`` leaves out servers that have all of them.
    """

    tags: Sequence[str]
    every: bool = True
    present: bool = True


@dataclass(frozen=True, slots=True)
class ServerFilters:
    """The servers that a list shows. A field other than the project may be absent, and then
    leaves out no server.

    :ivar project_id: one project, or :data:`ALL_PROJECTS`; None names no project, so that no
        server matches.
    :ivar deleted: True for deleted ones only, False for live ones only, None for both.
    :ivar soft_deleted: whether those whose delete is deferred are among the servers that
        ``deleted`` names; None for those that are among deleted ones only.
    :ivar states: a ``vm_state`` with the task states it may have (None: any); one must hold.
    :ivar task_states: one of these must hold.
    :ivar changes_since: changed (created, deleted) at or after this moment.
    :ivar changes_before: changed (created, deleted) at or before this moment.
    :ivar equals: names of fields of :class:`Server` to the values allowed; ``node`` stands for the
        name of the host as its hypervisor has it.
    :ivar matches: names of fields of :class:`Server` (texts and moments) to a regular expression
        that is searched in them; a moment's text is ``2026-11-23 04:34:53.000000``.
        ``display_name`` stands for the name, and the later one of both counts. ``ip`` and ``ip6``
        stand for the addresses of one version; with both, one of them must match.
    :ivar tags: each group of tags must hold.
    :ivar constants: a value that all servers have in common (None: no value), each with a regular
        expression that is searched in it.
    :ivar unfilterable: names that a caller filters by, and that no server can be filtered by.
    :ivar public: the fields that callers may filter by who may not use every filter.
    """

    project_id: str | AllProjects | None
    deleted: bool | None = False
    soft_deleted: bool | None = None
    states: Sequence[tuple[str, frozenset[str | None] | None]] | None = None
    task_states: frozenset[str] | None = None
    changes_since: datetime | None = None
    changes_before: datetime | None = None
    equals: Mapping[str, Sequence[object]] = field(default_factory=dict)
    matches: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence["TagFilter"] = ()
    constants: Sequence[tuple[str | None, str]] = ()
    unfilterable: Sequence[str] = ()
    public: frozenset[str] = frozenset()
