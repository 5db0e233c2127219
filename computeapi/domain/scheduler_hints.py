"""The hints in a request that say where its servers are to run."""

from collections.abc import Mapping


def values(hints: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return the values of a scheduler hint, which may be one text or a list of texts."""
    value = hints.get(name)
    if not value:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
