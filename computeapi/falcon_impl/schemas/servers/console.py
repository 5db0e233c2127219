"""Request bodies of consoles (API reference, "Servers - run an action", "Create Console")."""

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.api.servers import console as contract
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import choice, record
from computeapi.falcon_impl.validation import Body

CONSOLE_OUTPUT = record(
    {
        "length": {
            "type": ["integer", "string", "null"],
            "minimum": -1,
            "maximum": values.MAX_INTEGER,
            "format": "lines",
        }
    }
)


def _action(types: tuple[str, ...]) -> Schema:
    return record({"type": choice(types)}, required=("type",))


VNC, SPICE, SERIAL = map(_action, (contract.VNC_TYPES, contract.SPICE_TYPES, contract.SERIAL_TYPES))
REMOTE_CONSOLE = Body(
    record(
        {
            "remote_console": record(
                {
                    "protocol": (
                        In(changes.BEFORE_MKS, choice(contract.PROTOCOLS)),
                        In(changes.MKS, choice((*contract.PROTOCOLS, contract.MKS_PROTOCOL))),
                    ),
                    "type": (
                        In(changes.BEFORE_MKS, choice(contract.TYPES)),
                        In(
                            changes.BEFORE_SPICE_DIRECT,
                            choice((*contract.TYPES, contract.MKS_TYPE)),
                        ),
                        In(
                            changes.SPICE_DIRECT,
                            choice(
                                (*contract.TYPES, contract.MKS_TYPE, contract.SPICE_DIRECT_TYPE)
                            ),
                        ),
                    ),
                },
                required=("protocol", "type"),
            )
        },
        required=("remote_console",),
    )
)
