"""The body of a request for an action on a server."""

from typing import Any, Self

from wsme.exc import ClientSideError

from computeapi.api import faults, values
from computeapi.pecan_impl.types.reading import Input, asked
from computeapi.pecan_impl.types.values import ANYTHING, Integer, choice


class Reboot(Input):
    """How to reboot."""

    type = asked(choice(values.REBOOTS), mandatory=True)

    @property
    def is_hard(self) -> bool:
        """Whether the power is cut."""
        return self.type.upper() == "HARD"


class ConsoleQuery(Input):
    """How much to show of a console: so many of the last lines; null and -1 mean all."""

    length = asked(Integer(-1), nullable=True, default=None)


class Action(Input):
    """An action: exactly one of these."""

    start = asked(ANYTHING, name="os-start", nullable=True)
    stop = asked(ANYTHING, name="os-stop", nullable=True)
    reboot = asked(Reboot)
    console = asked(ConsoleQuery, name="os-getConsoleOutput")

    @classmethod
    def read(cls, document: Any) -> Self:
        """Make one of a JSON value.

        :raises wsme.exc.ClientSideError: when it is not one action that there is.
        """
        if not isinstance(document, dict) or len(document) != 1:
            raise ClientSideError(faults.NOT_JSON)
        (name,) = document
        if name not in {attribute.name for attribute in cls._wsme_attributes}:
            raise ClientSideError(f"There is no such action: {name}")
        return super().read(document)
