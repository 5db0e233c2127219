"""The kinds of events that other services report (API reference, "Create external events")."""

from computeapi.api.versions import Span, Version, since, until

NETWORKS_ALONE = until(50)
VOLUME_EXTENDED = since(51, "The event volume-extended is taken.", until=75)
POWER_UPDATE = since(76, "The event power-update is taken.", until=81)
ACCELERATOR_BOUND = since(82, "The event accelerator-request-bound is taken.", until=92)
VOLUME_REIMAGED = since(93, "The event volume-reimaged is taken.")

_NETWORKS = (
    "network-changed",
    "network-vif-plugged",
    "network-vif-unplugged",
    "network-vif-deleted",
)
_VOLUMES = (*_NETWORKS, "volume-extended")
_POWER = (*_VOLUMES, "power-update")
_ACCELERATORS = (*_POWER, "accelerator-request-bound")
#: The kinds of events at each span of microversions.
KINDS: dict[Span, tuple[str, ...]] = {
    NETWORKS_ALONE: _NETWORKS,
    VOLUME_EXTENDED: _VOLUMES,
    POWER_UPDATE: _POWER,
    ACCELERATOR_BOUND: _ACCELERATORS,
    VOLUME_REIMAGED: (*_ACCELERATORS, "volume-reimaged"),
}
STATUSES = ("failed", "completed", "in-progress")


def kinds_at(version: Version) -> tuple[str, ...]:
    """Return the kinds of events that a microversion has."""
    return next(kinds for span, kinds in KINDS.items() if version in span)
