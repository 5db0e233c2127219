"""The console proxy as an aiohttp application."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from weakref import WeakSet

from aiohttp import WSCloseCode, WSMsgType, web

from computeapi.console_proxy import origins, relay
from computeapi.domain.console_tokens import ConsoleType
from computeapi.domain.errors import Error, Unavailable
from computeapi.service.console_tokens import ConsoleAccess

LOG = logging.getLogger(__name__)

#: Seconds between signs of life that a browser is asked for.
HEARTBEAT = 30.0
_BLOCK = 65536
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """The options of a proxy.

    :ivar scheme: of the proxy's URL, "http" or "https".
    :ivar allowed_origins: see :func:`computeapi.console_proxy.origins.fault`.
    :ivar novnc: the folder of noVNC's files.
    """

    scheme: str
    allowed_origins: tuple[str, ...]
    novnc: Path


def create(access: ConsoleAccess, options: ProxyOptions) -> web.Application:
    """Return the application."""
    return _Proxy(access, options).application()


class _Proxy:
    def __init__(self, access: ConsoleAccess, options: ProxyOptions) -> None:
        self._access = access
        self._options = options
        self._open: WeakSet[web.WebSocketResponse] = WeakSet()

    def application(self) -> web.Application:
        application = web.Application(middlewares=[_faults])
        router = application.router
        router.add_get("/", _welcome)
        router.add_get("/vnc", partial(self._console, ConsoleType.NOVNC))
        router.add_get("/serial", partial(self._console, ConsoleType.SERIAL))
        if self._options.novnc.is_dir():
            router.add_static("/", self._options.novnc)
        else:
            LOG.warning("noVNC is not in %s: browsers show no screens", self._options.novnc)
            router.add_get("/{path:.*}", self._no_novnc)
        application.on_shutdown.append(self._close_all)
        return application

    async def _console(
        self, console_type: ConsoleType, request: web.Request
    ) -> web.WebSocketResponse:
        """Open a console, and pass bytes both ways until either side ends."""
        options = self._options
        fault = origins.fault(request.headers, options.scheme, options.allowed_origins)
        if fault:
            raise web.HTTPForbidden(text=fault)
        token = request.query.get("token")
        if not token:
            raise web.HTTPBadRequest(text="The URL of a console has a token.")
        # A browser may leave the connection idle for long; it is the guest's to end it.
        websocket = web.WebSocketResponse(
            protocols=("binary",), heartbeat=HEARTBEAT, compress=False
        )
        if not websocket.can_prepare(request):
            raise web.HTTPUpgradeRequired(
                headers={"Upgrade": "websocket"}, text="A console is opened by a websocket."
            )
        console = await asyncio.to_thread(self._access.admit, token, console_type)
        reader, writer = await relay.connect(console, token)
        LOG.info("Open console %s of instance %s", console_type, console.server_id)
        try:
            await websocket.prepare(request)
            self._open.add(websocket)
            await _exchange(websocket, reader, writer)
        finally:
            writer.close()
            LOG.info("Closed console %s of instance %s", console_type, console.server_id)
        return websocket

    async def _no_novnc(self, _request: web.Request) -> web.Response:
        return web.Response(status=404, text="noVNC is not installed on this machine.")

    async def _close_all(self, _application: web.Application) -> None:
        for websocket in set(self._open):
            await websocket.close(code=WSCloseCode.GOING_AWAY, message=b"The proxy stops.")


async def _welcome(_request: web.Request) -> web.Response:
    return web.Response(text="This is a console proxy: ask the Compute API for the URL to open.")


@web.middleware
async def _faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer the errors of the core as HTTP has them."""
    try:
        return await handler(request)
    except Unavailable as error:
        headers = {"Retry-After": str(error.retry_after)}
        return web.Response(status=error.code, text=error.message, headers=headers)
    except Error as error:
        return web.Response(status=error.code, text=error.message)


async def _exchange(
    websocket: web.WebSocketResponse, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    back = asyncio.create_task(_to_client(reader, websocket))
    try:
        async for message in websocket:
            if message.type == WSMsgType.BINARY:
                writer.write(message.data)
            elif message.type == WSMsgType.TEXT:
                writer.write(message.data.encode("utf-8", "surrogatepass"))
            await writer.drain()
    except ConnectionError:
        # The guest is gone: so says the other direction.
        LOG.debug("A guest ended a console")
    finally:
        back.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await back
        await websocket.close()


async def _to_client(reader: asyncio.StreamReader, websocket: web.WebSocketResponse) -> None:
    """Pass on the guest's output; close the websocket when the guest ends."""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(_BLOCK):
            await websocket.send_bytes(data)
    await websocket.close()
