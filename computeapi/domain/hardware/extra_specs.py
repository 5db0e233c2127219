"""The check of extra specs that a flavor is given."""

import re
from functools import cache

from computeapi.domain.errors import Invalid
from computeapi.domain.hardware import numa
from computeapi.domain.hardware.kept import KEPT, PARTS
from computeapi.domain.hardware.settings import SETTINGS
from computeapi.domain.hardware.values import Values

#: Every extra spec that is known, by name; braces stand for a part of it.
KNOWN: dict[str, Values] = {
    **{setting.extra_spec: setting.values for setting in SETTINGS if setting.extra_spec},
    **numa.EXTRA_SPECS,
    **KEPT,
}


def check(name: str, value: str) -> None:
    """Check an extra spec. One of an unknown namespace, or of none, may have any value.

    :raises Invalid: when its namespace is known but its name is not, or its value is malformed.
    """
    values = KNOWN.get(name) or next((v for p, v in _patterns() if p.fullmatch(name)), None)
    if values is None:
        if _is_known_namespace(name):
            raise Invalid(f"Invalid input: {name} is not a valid extra spec.")
        return
    try:
        values.read(value)
    except ValueError as error:
        raise Invalid(
            f"Invalid input: extra spec {name}: value is not {values.description}."
        ) from error


def _is_known_namespace(name: str) -> bool:
    namespace, separator, _ = name.partition(":")
    return bool(separator) and any(known.fullmatch(namespace) for known in _namespaces())


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Values], ...]:
    return tuple((_pattern(name), values) for name, values in KNOWN.items() if "{" in name)


@cache
def _namespaces() -> tuple[re.Pattern[str], ...]:
    found = {name.partition(":")[0] for name in KNOWN if ":" in name}
    return tuple(_pattern(name) for name in sorted(found))


def _pattern(name: str) -> re.Pattern[str]:
    pattern = re.escape(name)
    for part, stands_for in PARTS.items():
        pattern = pattern.replace(re.escape(part), stands_for)
    return re.compile(pattern)
