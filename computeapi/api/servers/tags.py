"""Facts about tags of servers as callers see them (API reference, "Server tags")."""

import re

from computeapi.domain.errors import Invalid

#: Commas part tags in a query, and slashes part the segments of a path.
TAG = r"[^,/]{1,60}"
_TAG = re.compile(TAG, re.DOTALL)


def tag_of_path(segment: str) -> str:
    """Return the tag that a path names.

    :raises Invalid: when it cannot be a tag.
    """
    if not _TAG.fullmatch(segment):
        raise Invalid(f"Invalid input for field tag: it must match {TAG}.")
    return segment
