"""Parameters of the actions of consoles (API reference, "Servers - run an action")."""

from computeapi.api import values
from computeapi.falcon_impl.schemas.values import record

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
