"""A route of the API, and resources that several themes share."""

from typing import NamedTuple


class Route(NamedTuple):
    """A path and its resource, as Falcon's ``add_route`` takes them."""

    path: str
    resource: object
    suffix: str | None = None


class Parts:
    """A resource that has the responders of several objects, each of one theme.

    :raises ValueError: when two of them respond to the same method.
    """

    def __init__(self, *parts: object) -> None:
        for part in parts:
            for name in dir(part):
                if name in vars(self):
                    raise ValueError(f"Two parts have {name}")
                if name.startswith("on_"):
                    setattr(self, name, getattr(part, name))
