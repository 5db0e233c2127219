"""Regular expressions that callers bring.

RE2 searches in linear time and bounded memory, and says no to what it could not. The standard
library's ``re`` would let a caller stop this process with a filter like ``(a+)+$``. What RE2
does not know (references, looking around) is invalid on every database.
"""

from collections.abc import Callable
from functools import lru_cache

import re2

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


def regexp(pattern: str, value: str | None) -> bool | None:
    """SQLite's ``value REGEXP pattern``."""
    return None if value is None else searcher(pattern)(value)
