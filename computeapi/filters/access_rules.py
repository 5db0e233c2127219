"""Access rules of application credentials: the requests that such a token is good for.

Keystone's documentation, "Application Credentials", "Access Rules". A rule names a service, a
method and a path, in which ``{name}`` and ``*`` stand for one segment, and ``**`` for any number
of them.

keystonemiddleware compiles the rest of a path as a regular expression for Python's ``re``. Its
owner could make that fail, or take for ever: so it is text here, and RE2 does the matching.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

import re2

_PARTS = re.compile(
    r"(?P<segment>\{[^}]*\}|(?<!\*)\*(?!\*))|(?P<rest>\*\*+)|(?P<text>[^{*]+|.)", re.S
)

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.never_capture = True


def allow(
    rules: Iterable[Mapping[str, Any]],
    service_type: str,
    methods: Collection[str | None],
    path: str,
) -> bool:
    """Return whether one of the rules allows a request.

    :param rules: as Keystone tells them of a token.
    :param service_type: of the service that was asked.
    :param methods: of the request; a HEAD may also be taken for the GET that answers it.
    :param path: quoted, as in the request line.
    """
    return any(
        rule["service"] == service_type
        and rule["method"] in methods
        and _pattern(rule["path"]).fullmatch(path) is not None
        for rule in rules
    )


@lru_cache(maxsize=1024)
def _pattern(path: str) -> Any:
    return re2.compile("".join(map(_translated, _PARTS.finditer(path))), _OPTIONS)


def _translated(part: re.Match[str]) -> str:
    if part["segment"]:
        return "[^/]+"
    return "(?s:.*)" if part["rest"] else re2.escape(part["text"])
