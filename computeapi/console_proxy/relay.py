"""The way to the relay of a guest's host."""

import asyncio
from http import HTTPStatus

from computeapi.domain.console_tokens import ConsoleToken, access_path
from computeapi.domain.errors import Conflict, Error, Forbidden, NotFound, Unavailable

#: Seconds that a relay may take to answer.
TIMEOUT = 20.0
_FAULTS: dict[int, Error] = {
    HTTPStatus.FORBIDDEN: Forbidden("This URL of a console has expired: ask for a new one."),
    HTTPStatus.NOT_FOUND: NotFound("The server is not on its host any more."),
    HTTPStatus.CONFLICT: Conflict("The server is not running: start it first."),
}
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(console: ConsoleToken, token: str) -> Streams:
    """Connect to a console.

    :raises Forbidden: when the token has expired meanwhile.
    :raises NotFound: when the server has no guest there.
    :raises Conflict: when the guest is not running.
    :raises Unavailable: when the host does not answer.
    """
    request = f"CONNECT {access_path(token)} HTTP/1.1\r\n\r\n".encode()
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(TIMEOUT):
            address = (console.relay_host, console.relay_port)
            reader, writer = await asyncio.open_connection(*address)
            writer.write(request)
            answer = await reader.readuntil(b"\r\n\r\n")
        status = int(answer.split()[1])
    except (OSError, ValueError, IndexError, EOFError, asyncio.LimitOverrunError) as error:
        if writer is not None:
            writer.close()
        raise Unavailable("The host of the server does not answer.") from error
    if status != HTTPStatus.OK:
        writer.close()
        raise _FAULTS.get(status, Unavailable("The console of the server cannot be reached now."))
    return reader, writer
