"""The consoles of a server: their output, and URLs that open them."""

from wsme.types import Unset

from computeapi.api.servers import changes
from computeapi.api.servers import console as contract
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import Integer, choice


class ConsoleQuery(RequestType):
    """The number of last lines to show; null and -1 mean all."""

    length = RequestField(Integer(-1), nullable=True, default=None)


class VNCConsole(RequestType):
    """The type of a screen by VNC."""

    type = RequestField(choice(contract.VNC_TYPES), mandatory=True)


class SPICEConsole(RequestType):
    """The type of a screen by SPICE."""

    type = RequestField(choice(contract.SPICE_TYPES), mandatory=True)


class SerialConsole(RequestType):
    """The type of a serial line."""

    type = RequestField(choice(contract.SERIAL_TYPES), mandatory=True)


class ConsoleActions(RequestType):
    """``os-getConsoleOutput``, and the actions that opened consoles of one protocol each."""

    get_console_output = RequestField(ConsoleQuery, name="os-getConsoleOutput")
    get_vnc_console = RequestField(
        VNCConsole, name="os-getVNCConsole", span=changes.CONSOLE_ACTIONS
    )
    get_spice_console = RequestField(
        SPICEConsole, name="os-getSPICEConsole", span=changes.CONSOLE_ACTIONS
    )
    get_serial_console = RequestField(
        SerialConsole, name="os-getSerialConsole", span=changes.CONSOLE_ACTIONS
    )


class ConsoleOutput(ResponseType):
    """The console output of a server."""

    output = str


class Console(ResponseType):
    """A console, as the actions show it."""

    type = str
    url = str


class ConsoleDocument(ResponseType):
    """The answer of an action that opens a console."""

    console = Console


class RemoteConsoleCreate(RequestType):
    """The console in a request to open one."""

    protocol_before_mks = RequestField(
        choice(contract.PROTOCOLS),
        name="protocol",
        span=changes.BEFORE_MKS,
        mandatory=True,
    )
    protocol = RequestField(
        choice((*contract.PROTOCOLS, contract.MKS_PROTOCOL)), span=changes.MKS, mandatory=True
    )
    type_before_mks = RequestField(
        choice(contract.TYPES), name="type", span=changes.BEFORE_MKS, mandatory=True
    )
    type_before_spice_direct = RequestField(
        choice((*contract.TYPES, contract.MKS_TYPE)),
        name="type",
        span=changes.BEFORE_SPICE_DIRECT,
        mandatory=True,
    )
    type = RequestField(
        choice((*contract.TYPES, contract.MKS_TYPE, contract.SPICE_DIRECT_TYPE)),
        span=changes.SPICE_DIRECT,
        mandatory=True,
    )

    @property
    def wanted(self) -> tuple[str, str]:
        """The protocol and the type."""
        protocols = (self.protocol_before_mks, self.protocol)
        types = (self.type_before_mks, self.type_before_spice_direct, self.type)
        return _only(*protocols), _only(*types)


def _only(*values: object) -> str:
    """Return the value that came."""
    (value,) = (value for value in values if value is not Unset)
    return str(value)


class RemoteConsoleCreateDocument(RequestType):
    """The body of a request to open a console."""

    remote_console = RequestField(RemoteConsoleCreate, mandatory=True)


class RemoteConsole(ResponseType):
    """A console."""

    protocol = str
    type = str
    url = str


class RemoteConsoleDocument(ResponseType):
    """The answer to a request to open a console."""

    remote_console = RemoteConsole
