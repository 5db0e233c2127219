"""Start, stop, reboot, pause and suspend servers."""

from computeapi.domain.context import Context
from computeapi.domain.servers import actions
from computeapi.policies.servers import power as rules
from computeapi.service.servers.acceptance import Acceptance


class Power:
    """Accept actions on the power of a server."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def start(self, context: Context, server_id: str) -> None:
        """Accept to start a stopped server.

        :raises Conflict: when its state forbids it.
        """
        self._acceptance.accept(context, server_id, actions.START, rules.START)

    def stop(self, context: Context, server_id: str) -> None:
        """Accept to stop a running server.

        :raises Conflict: when its state forbids it.
        """
        self._acceptance.accept(context, server_id, actions.STOP, rules.STOP)

    def reboot(self, context: Context, server_id: str, hard: bool) -> None:
        """Accept to reboot a server.

        :raises Conflict: when its state forbids it.
        """
        action = actions.HARD_REBOOT if hard else actions.REBOOT
        params: dict[str, object] = {"type": "HARD" if hard else "SOFT"}
        self._acceptance.accept(context, server_id, action, rules.REBOOT, params)

    def pause(self, context: Context, server_id: str) -> None:
        """Accept to pause a running server.

        :raises Conflict: when its state forbids it.
        """
        self._acceptance.accept(context, server_id, actions.PAUSE, rules.PAUSE)

    def unpause(self, context: Context, server_id: str) -> None:
        """Accept to go on with a paused server.

        :raises Conflict: when its state forbids it.
        """
        self._acceptance.accept(context, server_id, actions.UNPAUSE, rules.UNPAUSE)

    def suspend(self, context: Context, server_id: str) -> None:
        """Accept to save the memory of a running server to disk and stop it.

        :raises Conflict: when its state forbids it.
        """
        self._acceptance.accept(context, server_id, actions.SUSPEND, rules.SUSPEND)

    def resume(self, context: Context, server_id: str) -> None:
        """Accept to go on with a suspended server.

        :raises Conflict: when its state forbids it.
        """
        self._acceptance.accept(context, server_id, actions.RESUME, rules.RESUME)
