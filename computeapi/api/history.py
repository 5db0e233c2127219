"""The history of the API: each change that a microversion made, and the versions where one is.

The history page of the documents, and the versions that contract tests run at, are made of it.
"""

from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import NamedTuple

from computeapi.api import (
    aggregates,
    assisted_volume_snapshots,
    availability_zones,
    baremetal_nodes,
    console_tokens,
    extensions,
    external_events,
    flavors,
    floating_ips,
    hosts,
    hypervisors,
    images,
    instance_usage_audit_log,
    keypairs,
    limits,
    migrations,
    networks,
    quota_class_sets,
    quota_sets,
    security_groups,
    server_groups,
    services,
    simple_tenant_usage,
)
from computeapi.api.servers import changes as servers
from computeapi.api.versions import ALWAYS, MAX, MIN, Span, Version

#: The modules that name changes, each with the noun that it is about.
MODULES: tuple[tuple[str, ModuleType], ...] = (
    ("aggregates", aggregates),
    ("assisted volume snapshots", assisted_volume_snapshots),
    ("availability zones", availability_zones),
    ("bare metal nodes", baremetal_nodes),
    ("console tokens", console_tokens),
    ("extensions", extensions),
    ("external events", external_events),
    ("flavors", flavors),
    ("floating IPs", floating_ips),
    ("hosts", hosts),
    ("hypervisors", hypervisors),
    ("images", images),
    ("keypairs", keypairs),
    ("limits", limits),
    ("migrations", migrations),
    ("networks", networks),
    ("services", services),
    ("quota classes", quota_class_sets),
    ("quota sets", quota_sets),
    ("security groups", security_groups),
    ("server groups", server_groups),
    ("servers", servers),
    ("usage", simple_tenant_usage),
    ("usage audits", instance_usage_audit_log),
)


class Change(NamedTuple):
    """A change that a microversion made.

    :ivar version: the microversion.
    :ivar noun: the noun that it is about.
    :ivar sentence: the change, for a reader of the history page.
    """

    version: Version
    noun: str
    sentence: str


def spans(module: ModuleType) -> Iterator[Span]:
    """Yield the spans that a module names, in its order."""
    for name, value in vars(module).items():
        if name.isupper() and isinstance(value, Span) and value is not ALWAYS:
            yield value


def changes(modules: Iterable[tuple[str, ModuleType]] = MODULES) -> tuple[Change, ...]:
    """Return the changes of all modules that have a sentence, in the order of their versions."""
    changes_made = [
        Change(span.changed_at, noun, span.change)
        for noun, module in modules
        for span in spans(module)
        if span.change
    ]
    return tuple(sorted(changes_made, key=lambda change: change.version))


def _boundaries() -> tuple[Version, ...]:
    boundaries = {MIN, MAX}
    for _, module in MODULES:
        for span in spans(module):
            boundaries |= span.boundaries
    return tuple(sorted(version for version in boundaries if version <= MAX))


#: The microversions at which something served changes, with the first and the newest one.
BOUNDARIES = _boundaries()
