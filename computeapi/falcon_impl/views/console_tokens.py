"""Response bodies of console tokens (API reference, "Server consoles")."""

from typing import Any

from computeapi.domain.console_tokens import ConsoleToken, access_path
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, entity

CONSOLE = entity(
    {
        "console": entity(
            {"instance_uuid": TEXT, "host": TEXT, "port": INTEGER, "internal_access_path": TEXT}
        )
    }
)


def detail(found: ConsoleToken, token: str) -> dict[str, Any]:
    """Return where the console of a token is."""
    return {
        "instance_uuid": found.server_id,
        "host": found.relay_host,
        "port": found.relay_port,
        "internal_access_path": access_path(token),
    }
