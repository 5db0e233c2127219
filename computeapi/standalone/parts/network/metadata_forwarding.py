"""Forwards requests of a network's guests to the metadata service, and says whose they are."""

import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests

from computeapi.metadata_api.loop import Loop
from computeapi.metadata_api.requests import PROJECT, SERVER, SIGNATURE, sign
from computeapi.standalone.parts.network.metadata_link import MetadataLink
from computeapi.standalone.parts.network.metadata_ports import Owner

LOG = logging.getLogger(__name__)

#: Seconds to wait for the metadata service.
TIMEOUT = 30.0
#: Threads that answer at each socket of a network.
_THREADS = 2


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
        self._loops = [Loop(app, sock, threads=_THREADS) for sock in link.sockets]

    def end(self) -> None:
        """End the threads, and remove the link.

        :raises CloudError: when the switch keeps the link.
        """
        for loop in self._loops:
            loop.end()
        self._link.remove()
