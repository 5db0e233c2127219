"""Names: how long they may be, and those that this service makes."""

import re

from computeapi.domain.errors import Invalid

#: Characters of a name, and of every other short text that is kept.
MAX_LENGTH = 255
#: Characters of a host name (RFC 1035, section 2.3.4).
MAX_HOSTNAME = 63


def check_length(field: str, text: str | None, limit: int = MAX_LENGTH) -> None:
    """Check that a text is not longer than it may be.

    :param field: the text's name in the API.
    :raises Invalid: when it is longer than ``limit`` characters.
    """
    if text is not None and len(text) > limit:
        raise Invalid(
            f"Invalid input for field {field}: it has {len(text)} characters, "
            f"and at most {limit} are allowed."
        )


def check_server_name(name: str, count: int) -> None:
    """Check the names that servers made by one request get.

    :param count: the largest number of servers that the request may make.
    :raises Invalid: when the longest of the names would be too long.
    """
    longest = len(server_name(name, count, count))
    if len(name) <= MAX_LENGTH < longest:
        raise Invalid(
            f"Invalid input for field name: with the number that each of {count} servers gets, it "
            f"would have {longest} characters, and at most {MAX_LENGTH} are allowed."
        )
    check_length("name", name)


def server_name(name: str, number: int, count: int) -> str:
    """Return the name of one of the servers that a request makes.

    :param number: the server's, from 1 to ``count``.
    """
    return name if count == 1 else f"{name}-{number}"


def hostname(name: str, server_id: str, number: int, count: int) -> str:
    """Make a server's host name: letters, digits and hyphens (RFC 1123, section 2.1).

    Those of the servers that one request makes differ.

    :param name: the name that the request gives.
    :param number: the server's, from 1 to ``count``.
    """
    plain = re.sub(r"[ _.]", "-", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9-]+", "", plain).strip("-")
    if not plain:
        return f"server-{server_id}"
    suffix = "" if count == 1 else f"-{number}"
    return plain[: MAX_HOSTNAME - len(suffix)].rstrip("-") + suffix
