"""Query parameters of lists: the common part, limit, marker and order."""

from collections.abc import Iterator, Mapping, Sequence

from computeapi.api import values
from computeapi.domain.errors import Invalid
from computeapi.domain.paging import PageRequest

#: All values of each query parameter, in the order they came.
Params = Mapping[str, Sequence[str]]

_TRUE = frozenset({"1", "t", "true", "on", "y", "yes"})
_FALSE = frozenset({"0", "f", "false", "off", "n", "no"})
#: Characters of a value that an error repeats.
_SHOWN = 255


def last(params: Params, name: str) -> str | None:
    """Return a parameter's last value, or None."""
    texts = params.get(name)
    return texts[-1] if texts else None


def integer(params: Params, name: str) -> int | None:
    """Return a parameter as an integer of at least 0, or None.

    :raises Invalid: when it is none.
    """
    value = last(params, name)
    if value is None:
        return None
    try:
        return values.integer(value)
    except ValueError as error:
        raise invalid(name, value) from error


def invalid(name: str, value: str) -> Invalid:
    """Return the error that a parameter makes no sense.

    :param value: of the parameter; only its beginning is repeated.
    """
    beginning = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return Invalid(f"Invalid input for query parameters {name}. Value: {beginning}.")


def is_true(value: str) -> bool:
    """Return whether a value is one of those that OpenStack's services take for true."""
    return value.lower() in _TRUE


def boolean(value: str, name: str) -> bool:
    """Read a boolean as OpenStack's services do.

    :raises Invalid: when it is none.
    """
    if is_true(value):
        return True
    if value.lower() in _FALSE:
        return False
    raise invalid(name, value)


def page_request(
    params: Params,
    max_limit: int,
    sort_keys: Mapping[str, str | None],
    default: tuple[str, str],
) -> PageRequest:
    """Read limit, marker, sort_key and sort_dir.

    A key without a direction of its own is ascending, but for the first one, which has the
    direction of the default. Items that are level come in the order of the default field,
    ascending.

    :param max_limit: the most items of a page, also when no limit is given.
    :param sort_keys: what a caller may sort by, and the domain's name for it; None for
        a key that is accepted but orders nothing here.
    :param default: the field and direction of the order when the request gives none.
    :raises Invalid: when one of them makes no sense.
    """
    limit = integer(params, "limit")
    keys = params.get("sort_key", ())
    dirs = params.get("sort_dir", ())
    if len(dirs) > max(len(keys), 1):
        raise Invalid("Sort direction size exceeds sort key size")
    for direction in dirs:
        if direction not in ("asc", "desc"):
            raise Invalid("Unknown sort direction, must be one of: asc, desc")
    sort = list(_sort(keys, [*(dirs or [default[1]]), *["asc"] * len(keys)], sort_keys))
    if sort and default[0] not in dict(sort):
        sort.append((default[0], "asc"))
    elif dirs and not keys:
        sort = [(default[0], dirs[0])]
    limit = max_limit if limit is None else min(limit, max_limit)
    return PageRequest(limit, last(params, "marker"), tuple(sort))


def _sort(
    keys: Sequence[str], directions: Sequence[str], sort_keys: Mapping[str, str | None]
) -> Iterator[tuple[str, str]]:
    """Yield the fields to sort by, each with its direction.

    :raises Invalid: when a key is unknown.
    """
    for key, direction in zip(keys, directions, strict=False):
        if key not in sort_keys:
            raise invalid("sort_key", key)
        field = sort_keys[key]
        if field is not None:
            yield field, direction
