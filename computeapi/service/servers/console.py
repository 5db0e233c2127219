"""The consoles of servers: their output, and URLs that open them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote, urlsplit

from computeapi.domain.console_tokens import (
    ConsoleToken,
    ConsoleType,
    access_path,
    hash_of,
    make_token,
)
from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound
from computeapi.domain.servers import Server, VmState
from computeapi.policies.servers import console as rules
from computeapi.service.servers.acceptance import Acceptance

#: Control characters that a console carries beside text; Nova leaves them out, too.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
#: The one type of console that there is of each protocol (API reference, "Create Console").
_TYPES = {"vnc": ConsoleType.NOVNC, "serial": ConsoleType.SERIAL}
#: Tasks during which Nova refuses a console: the guest is about to go.
_LEAVING = ("deleting", "migrating")


@dataclass(frozen=True, slots=True)
class ConsoleUrls:
    """The URLs of consoles.

    :ivar base: the URL of the console proxy.
    :ivar ttl: seconds for which a URL works.
    """

    base: str
    ttl: int

    def of(self, console_type: ConsoleType, token: str) -> str:
        """Return the URL that opens a console."""
        base = urlsplit(self.base)
        prefix = base.path.strip("/")
        folder = f"/{prefix}" if prefix else ""
        if console_type == ConsoleType.SERIAL:
            scheme = "wss" if base.scheme == "https" else "ws"
            return f"{scheme}://{base.netloc}{folder}/serial?token={token}"
        # noVNC connects to this path of the host that its page came from.
        path = quote(f"{folder}/vnc?token={token}".removeprefix("/"), safe="")
        return f"{base.scheme}://{base.netloc}{folder}/vnc_lite.html?path={path}"


class Console:
    """Show the output of guests on their consoles, and give callers access to these."""

    def __init__(self, acceptance: Acceptance, urls: ConsoleUrls) -> None:
        self._acceptance = acceptance
        self._urls = urls

    def console_output(self, context: Context, server_id: str, lines: int | None) -> str:
        """Return the output of a server on its serial console.

        :param lines: only so many of the last ones; None or -1: all that is kept.
        :raises Conflict: when it is on no host yet.
        :raises Unavailable: when its host's worker does not answer.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.OUTPUT)
        host = _require_guest(server)
        answer = self._acceptance.rpc_client.call(host, "console_output", server_id=server.id)
        output = _CONTROL.sub("", str(answer))
        if lines is None or lines < 0:
            return output
        # What follows the last line's end counts as a line, as in Nova, though it is empty mostly.
        return "\n".join(output.split("\n")[-lines:]) if lines else ""

    def remote_console(
        self, context: Context, server_id: str, protocol: str, console_type: str
    ) -> str:
        """Return a URL that opens a console of a server for a while.

        :param protocol: a value of the API, for instance "vnc".
        :param console_type: a value of the API, for instance "novnc".
        :raises NotFound: when there is no server that the caller may know of, or no guest.
        :raises Conflict: when the server is not running, on no host yet, or on its way to another.
        :raises Invalid: when servers, or this one, have no such console.
        :raises Unavailable: when its host's worker does not answer.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.REMOTE)
        host = _require_guest(server)
        if server.task_state in _LEAVING:
            raise Conflict(f"Instance {server.id} has no console while it is {server.task_state}.")
        if _TYPES.get(protocol) != console_type:
            raise Invalid(f"There is no console of protocol {protocol} and type {console_type}.")
        wanted = ConsoleType(console_type)
        answer = self._acceptance.rpc_client.call(
            host, "console_address", server_id=server.id, console_type=wanted.value
        )
        token = make_token()
        self._keep(server.id, host, wanted, token, cast(dict[str, Any], answer))
        return self._urls.of(wanted, token)

    def _keep(
        self,
        server_id: str,
        host: str,
        console_type: ConsoleType,
        token: str,
        address: dict[str, Any],
    ) -> None:
        with self._acceptance.db.write() as tx:
            # A server that was deleted meanwhile must not leave a token.
            if tx.servers.get(server_id, lock=True) is None:
                raise NotFound(f"Instance {server_id} could not be found.")
            now = tx.now()
            tx.console_tokens.remove_expired(now)
            tx.console_tokens.add(
                ConsoleToken(
                    token_hash=hash_of(token),
                    access_hash=hash_of(access_path(token)),
                    server_id=server_id,
                    console_type=console_type.value,
                    host=host,
                    relay_host=str(address["host"]),
                    relay_port=int(address["port"]),
                    expires_at=now + timedelta(seconds=self._urls.ttl),
                )
            )


def _require_guest(server: Server) -> str:
    """Return the host of a server that has a guest there.

    :raises Conflict: when it has none yet.
    """
    host = server.require_host()
    if server.vm_state == VmState.BUILDING:
        raise Conflict(f"Instance {server.id} is not ready")
    return host
