"""The rules of servers, by theme."""

from itertools import chain

from computeapi.policies.servers import (
    addresses,
    administration,
    changing,
    console,
    creation,
    deletion,
    evacuating,
    instance_actions,
    interfaces,
    listing,
    locking,
    metadata,
    migrating,
    migrations,
    moving,
    power,
    rebuilding,
    security_groups,
    shares,
    shelving,
    snapshots,
    tags,
    volume_attachments,
)

#: The order is that of the sample policy file.
THEMES = (
    listing,
    creation,
    changing,
    deletion,
    power,
    locking,
    moving,
    migrating,
    evacuating,
    migrations,
    shelving,
    rebuilding,
    console,
    metadata,
    tags,
    instance_actions,
    administration,
    security_groups,
    interfaces,
    addresses,
    volume_attachments,
    snapshots,
    shares,
)
RULES = list(chain.from_iterable(theme.RULES for theme in THEMES))
