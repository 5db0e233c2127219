"""Forwards requests of a network's guests to the metadata service, and says whose they are."""

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests
import waitress
from waitress import wasyncore

from computeapi.metadata_api.requests import PROJECT, SERVER, SIGNATURE, sign
from computeapi.standalone.parts.network.metadata_link import MetadataLink
from computeapi.standalone.parts.network.metadata_ports import Owner

LOG = logging.getLogger(__name__)

#: Seconds to wait for the metadata service, and bytes of a request's body: guests post passwords.
TIMEOUT, MAX_BODY = 30.0, 16384
#: Each socket of a network has so many threads and connections, and seconds for an idle one.
_LIMITS = {"threads": 2, "connection_limit": 50, "channel_timeout": 20, "cleanup_interval": 5}


class Forwarding:
    """A WSGI application for one network."""

    def __init__(self, owner_of: Callable[[str], Owner | None], url: str, secret: str) -> None:
        """:param owner_of: returns the server that has an address in the network.

        :param url: of the metadata service, without a path. :param secret: shared with it.
        """
        self._owner_of = owner_of
        self._url = url
        self._secret = secret

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        address = str(environ["REMOTE_ADDR"]).partition("%")[0]
        owner = self._owner_of(address)
        if owner is None:
            return _answer(start_response, 404, b"No server has this address.\n", {})
        try:
            answer = self._forward(environ, owner, address)
        except requests.RequestException as error:
            LOG.warning("The metadata service does not answer: %s", error)
            return _answer(start_response, 503, b"The metadata service does not answer.\n", {})
        return _answer(start_response, answer.status_code, answer.content, answer.headers)

    def _forward(self, environ: Mapping[str, Any], owner: Owner, address: str) -> requests.Response:
        path = quote(environ["PATH_INFO"].encode("latin-1"))
        headers = {
            SERVER: owner.server_id,
            PROJECT: owner.project_id,
            SIGNATURE: sign(self._secret, owner.server_id),
            "X-Forwarded-For": address,
        }
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                environ["REQUEST_METHOD"],
                self._url + path,
                headers=headers,
                data=environ["wsgi.input"].read(),
                timeout=TIMEOUT,
                allow_redirects=False,
            )


def _answer(
    start_response: Callable[..., Any], code: int, body: bytes, headers: Mapping[str, str]
) -> list[bytes]:
    length = headers.get("Content-Length", str(len(body)))
    kind = headers.get("Content-Type", "text/plain")
    start_response(
        f"{code} {HTTPStatus(code).phrase}", [("Content-Type", kind), ("Content-Length", length)]
    )
    return [body]


class Served:
    """A network whose guests are answered, by threads of its own."""

    def __init__(self, link: MetadataLink, app: Forwarding) -> None:
        self._link = link
        self._loops = [_Loop(app, sock) for sock in link.sockets]

    def end(self) -> None:
        """End the threads, and remove the link.

        :raises CloudError: when the switch keeps the link.
        """
        for loop in self._loops:
            loop.end()
        self._link.remove()


class _Loop:
    """A thread that answers at a socket, and the threads that it gives requests to."""

    def __init__(self, app: Forwarding, sock: socket.socket) -> None:
        self._channels: dict[int, Any] = {}
        self._server = waitress.create_server(
            app,
            map=self._channels,
            sockets=[sock],
            ident=None,
            max_request_body_size=MAX_BODY,
            **_LIMITS,
        )
        self._thread = threading.Thread(target=self._run, name="metadata", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._server.run()
        self._server.task_dispatcher.shutdown()

    def end(self) -> None:
        """Close the connections; no request is answered any more."""
        # The loop is asleep, and its sockets are its own to close.
        self._server.trigger.pull_trigger(
            lambda: wasyncore.close_all(self._channels, ignore_all=True)
        )
        self._thread.join(TIMEOUT)
