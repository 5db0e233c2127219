"""The console output of servers."""

import re

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict
from computeapi.domain.servers import VmState
from computeapi.policies.servers import console as rules
from computeapi.service.servers.acceptance import Acceptance, require_host

#: Control characters that a console carries beside text; Nova leaves them out, too.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


class Console:
    """Show what guests write to their consoles."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def console_output(self, context: Context, server_id: str, lines: int | None) -> str:
        """Return what a server wrote to its serial console.

        :param lines: only so many of the last ones; None or -1: all that is kept.
        :raises Conflict: when it is on no host yet.
        :raises Unavailable: when its host's worker does not answer.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.OUTPUT)
        host = require_host(server)
        if server.vm_state == VmState.BUILDING:
            raise Conflict(f"Instance {server.id} is not ready")
        answer = self._acceptance.caller.call(host, "console_output", server_id=server.id)
        output = _CONTROL.sub("", str(answer))
        if lines is None or lines < 0:
            return output
        # What follows the last line's end counts as a line, as in Nova, though it is empty mostly.
        return "\n".join(output.split("\n")[-lines:]) if lines else ""
