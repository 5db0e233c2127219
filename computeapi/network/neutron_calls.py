"""Requests to Neutron, in a caller's name or in the service's own."""

from collections.abc import Mapping
from typing import Any

import requests
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.peer import Peer

#: The errors of Neutron for which the status alone is too general.
_TYPES: Mapping[str, tuple[type[errors.Error], str]] = {
    "OverQuota": (errors.QuotaExceeded, "Maximum number of ports exceeded"),
    "IpAddressGenerationFailure": (errors.NoAddressLeft, ""),
    "ExternalIpAddressExhausted": (errors.NoAddressLeft, ""),
}

Query = list[tuple[str, str]]


class NeutronCalls:
    """Sends requests to Neutron, and returns the documents of its answers.

    :raises oslo_config.cfg.RequiredOptError: when an option is missing.
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._peer = Peer(conf, "neutron", "network service", errors.NetworkUnreachable, "/v2.0")

    def as_caller(
        self,
        context: Context,
        path: str,
        query: Query | None = None,
        method: str = "GET",
        body: Mapping[str, object] | None = None,
    ) -> Any:
        """Send a request with the caller's token: Neutron decides whether it is allowed.

        :param body: the document to send; None for no body.
        :raises computeapi.domain.errors.Error: as :meth:`Peer.as_caller` and :meth:`Peer.refusal`
            say (Networking API v2.0, "Faults").
        """
        sent: dict[str, Any] = {"params": query}
        if body is not None:
            sent["json"] = body
        return self._document(self._peer.as_caller(context, method, path, **sent))

    def get(self, path: str, query: Query | None = None) -> Any:
        """Read in the service's own name."""
        return self.as_service("GET", path, params=query)

    def as_service(self, method: str, path: str, **arguments: Any) -> Any:
        """Send a request in the service's own name.

        :raises computeapi.domain.errors.Error: as :meth:`Peer.refusal` says.
        """
        return self._document(self._peer.as_service(method, path, **arguments))

    def _document(self, response: requests.Response) -> Any:
        if response.status_code < 400:
            return self._peer.document(response)
        kind, message = _fault(response)
        if kind in _TYPES:
            error, text = _TYPES[kind]
            raise error(text or message)
        raise self._peer.refusal(response, message=message)


def _fault(response: requests.Response) -> tuple[str, str]:
    """Return the type and the message of Neutron's error; empty where it tells none."""
    try:
        fault = response.json()["NeutronError"]
        return str(fault["type"]), str(fault["message"])
    except (requests.RequestException, KeyError, TypeError):
        return "", ""
