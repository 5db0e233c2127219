"""Regular expressions that callers bring.

RE2 searches in linear time and bounded memory, and says no to what it could not. The standard
library's ``re`` would let a caller stop this process with a filter like ``(a+)+$``. What RE2
does not know (references, looking around) is invalid on every database.
"""

from collections.abc import Callable
from functools import lru_cache

import re2

from computeapi.db import limits
from computeapi.domain.errors import Invalid

_SPECIAL = frozenset(r"\.^$*+?{}[]|()")

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.never_capture = True

Error = re2.error


@lru_cache(maxsize=64)
def searcher(pattern: str) -> Callable[[str], bool]:
    """Return a function that tells whether the pattern is found in a text.

    :raises Error: when it is no regular expression.
    """
    if _SPECIAL.isdisjoint(pattern):
        # Most callers look for a part of a name; this is thirty times as fast.
        return lambda text: pattern in text
    search = re2.compile(pattern, _OPTIONS).search
    return lambda text: search(text) is not None


def checked_searcher(name: str, pattern: str) -> Callable[[str], bool]:
    """Check a pattern for every database, so that a mistake has one answer everywhere.

    :param name: of the filter that the pattern is for.
    :return: a function that returns whether the pattern is found in a text.
    :raises Invalid: when it is no regular expression.
    """
    try:
        limits.check_values([pattern])
        return searcher(pattern)
    except (Error, UnicodeEncodeError, Invalid) as error:
        raise Invalid(f"The regular expression of filter {name} is invalid.") from error


def regexp(pattern: str, value: str | None) -> bool | None:
    """SQLite's ``value REGEXP pattern``."""
    return None if value is None else searcher(pattern)(value)
