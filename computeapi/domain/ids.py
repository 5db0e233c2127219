"""The ids of things that other services keep."""

import re

_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID (RFC 9562), with or without hyphens."""
    return _UUID.fullmatch(text) is not None
