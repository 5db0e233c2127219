"""Requests to Cinder, in a caller's name or in the service's own.

The service's own token goes along with every request: Cinder detaches a volume that is in use for
a service alone (Cinder's security note OSSA-2023-003).
"""

from collections.abc import Mapping
from typing import Any

import requests
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.peer import Peer

#: That of attachments which are completed.
MICROVERSION = "volume 3.44"
#: Those of actions that are newer.
_MICROVERSIONS = {"os-reimage": "volume 3.68"}


class CinderCalls:
    """Sends requests to Cinder, and returns the documents of answers that are a success."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._peer = Peer(conf, "volumes", "volume service", errors.VolumesUnreachable)

    def as_caller(
        self,
        context: Context,
        method: str,
        path: str,
        missing: errors.NotFound,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Send a request with the caller's token: Cinder decides whether it is allowed.

        :param path: of the URL, after the version of the API.
        :param missing: raised when Cinder answers 404.
        :raises computeapi.domain.errors.Error: as :meth:`Peer.as_caller` and :meth:`Peer.refusal`
            say.
        """
        response = self._peer.as_caller(context, method, path, self._headers(), json=body)
        return self._document(response, missing)

    def as_service(
        self,
        method: str,
        path: str,
        missing: errors.NotFound,
        body: Mapping[str, Any] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Send a request in the service's own name.

        :param parameters: of the query. :param missing: raised when Cinder answers 404.
        :raises computeapi.domain.errors.Error: as :meth:`Peer.refusal` says.
        """
        headers = self._headers(next(iter(body or ()), ""))
        response = self._peer.as_service(
            method, path, headers=headers, json=body, params=parameters
        )
        return self._document(response, missing)

    def _headers(self, action: str = "") -> dict[str, str]:
        return {
            "OpenStack-API-Version": _MICROVERSIONS.get(action, MICROVERSION),
            "Accept": "application/json",
            "X-Service-Token": self._peer.service_token(),
        }

    def _document(self, response: requests.Response, missing: errors.NotFound) -> dict[str, Any]:
        if response.status_code >= 400:
            raise self._peer.refusal(response, message=_reason(response), missing=missing)
        return self._peer.document(response)


def _reason(response: requests.Response) -> str:
    """Return the message of a fault (Block Storage API v3, "Faults"), or "" where it has none."""
    try:
        faults = response.json()
    except requests.RequestException:
        return ""
    if not isinstance(faults, dict):
        return ""
    found = [fault.get("message") for fault in faults.values() if isinstance(fault, dict)]
    return str(found[0]) if found and found[0] else ""
