"""The action that reads the console of a server."""

from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import Integer


class ConsoleQuery(RequestType):
    """The number of last lines to show; null and -1 mean all."""

    length = RequestField(Integer(-1), nullable=True, default=None)


class ConsoleActions(RequestType):
    """``os-getConsoleOutput``."""

    get_console_output = RequestField(ConsoleQuery, name="os-getConsoleOutput")


class ConsoleOutput(ResponseType):
    """The console output of a server."""

    output = str
