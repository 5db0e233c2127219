"""Regular expressions in queries: in the syntax of RE2, which searches in linear time."""

from functools import lru_cache

import re2

_SPECIAL = frozenset(r"\.^$*+?{}[]|()")

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.never_capture = True


@lru_cache(maxsize=64)
def is_pattern(text: str) -> bool:
    """Return whether a text is a regular expression; an empty one is none."""
    if not text or _SPECIAL.isdisjoint(text):
        return bool(text)
    try:
        re2.compile(text, _OPTIONS)
    except re2.error:
        return False
    return True
