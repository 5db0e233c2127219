"""The ids in paths: numbers and UUIDs."""

from computeapi.api import values
from computeapi.domain.errors import Invalid


def number(text: str) -> int:
    """Read an id that is a number.

    :raises Invalid: when it is not an integer.
    """
    try:
        return values.integer(text, minimum=-values.MAX_INTEGER)
    except ValueError as error:
        raise Invalid("Invalid input received: id must be an integer") from error


def uuid(text: str) -> str:
    """Read an id that is a UUID.

    :raises Invalid: when it is not a UUID.
    """
    if not values.is_uuid(text):
        raise Invalid(f"Invalid uuid {text[: values.MAX_LENGTH]}")
    return text
