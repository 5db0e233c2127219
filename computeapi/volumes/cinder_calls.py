"""Requests to Cinder, in a caller's name or in the service's own.

The service's own token goes along with every request: Cinder detaches a volume that is in use for
a service alone (Cinder's security note OSSA-2023-003).
"""

import logging
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import requests
from keystoneauth1 import exceptions, session
from keystoneauth1.identity import Password
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.errors import VolumesUnreachable
from computeapi.volumes.cinder_documents import NONSENSE

LOG = logging.getLogger(__name__)

#: That of attachments which are completed.
MICROVERSION = "volume 3.44"
#: Statuses below 500 after which the same request may succeed (RFC 9110, 15.5.9; RFC 8470, 5.2;
#: RFC 6585, 4), and that of a token that the service can renew.
TEMPORARY = frozenset({401, 408, 425, 429})
_KINDS = {
    400: errors.Invalid,
    403: errors.Forbidden,
    409: errors.Conflict,
    413: errors.QuotaExceeded,
}


class CinderCalls:
    """Sends requests to Cinder, and returns the documents of answers that are a success."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._conf = conf
        self._url = _required(conf, "endpoint").rstrip("/")
        self._anonymous = session.Session(timeout=conf.volumes.timeout)

    def as_caller(
        self,
        context: Context,
        method: str,
        path: str,
        missing: errors.NotFound,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Send a request with the caller's token: Cinder decides what the caller may do.

        :param path: of the URL, after the version of the API.
        :param missing: raised when Cinder answers 404.
        :raises computeapi.domain.errors.Error: as :func:`_refusal` says, and Forbidden when there
            is no token, or Cinder does not accept it.
        """
        if context.token is None:
            raise errors.Forbidden("The volume service needs the caller's token.")
        headers = {
            "X-Auth-Token": context.token,
            "X-Service-Token": self._service_token(),
            "X-OpenStack-Request-ID": context.request_id,
        }
        response = self._send(self._anonymous, method, path, headers=headers, json=body)
        if response.status_code == 401:
            raise errors.Forbidden("The volume service does not accept the token.")
        return _document(response, missing)

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
        :raises computeapi.domain.errors.Error: as :func:`_refusal` says.
        """
        headers = {"X-Service-Token": self._service_token()}
        response = self._send(
            self._service, method, path, headers=headers, json=body, params=parameters
        )
        return _document(response, missing)

    def _send(
        self, asker: session.Session, method: str, path: str, **arguments: Any
    ) -> requests.Response:
        headers = {
            "OpenStack-API-Version": MICROVERSION,
            "Accept": "application/json",
            **arguments.pop("headers"),
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            return asker.request(
                f"{self._url}{path}", method, headers=headers, raise_exc=False, **given
            )
        except exceptions.ClientException as error:
            raise _unreachable(error) from error

    def _service_token(self) -> str:
        try:
            return str(self._service.get_token())
        except exceptions.Unauthorized as error:
            message = "Keystone does not accept the user by whom volumes are attached."
            raise _unreachable(error, message) from error
        except exceptions.ClientException as error:
            message = "Keystone does not answer, so that volumes cannot be attached."
            raise _unreachable(error, message) from error

    @cached_property
    def _service(self) -> session.Session:
        """The service's own session; it gets a token at its first use and renews it."""
        group = self._conf.volumes
        auth = Password(
            auth_url=_required(self._conf, "auth_url"),
            username=group.username,
            password=group.password,
            project_name=group.project_name,
            user_domain_name=group.user_domain_name,
            project_domain_name=group.project_domain_name,
        )
        return session.Session(auth, timeout=group.timeout)


def _document(response: requests.Response, missing: errors.NotFound) -> dict[str, Any]:
    with response:
        if response.status_code >= 400:
            raise _refusal(response, missing)
        if response.status_code in (202, 204) and not response.content:
            return {}
        try:
            found = response.json()
        except requests.RequestException as error:
            raise _unreachable(error, NONSENSE) from error
    if not isinstance(found, dict):
        raise _unreachable(f"no object: {found!r:.200}", NONSENSE)
    return found


def _refusal(response: requests.Response, missing: errors.NotFound) -> errors.Error:
    """Return the error for an answer that is no success; a temporary one is VolumesUnreachable.

    Nova answers 403 where Cinder answers 413: the project has as many volumes, or as much data in
    them, as it may have.
    """
    status = response.status_code
    answer = f"{status} {response.reason}"
    if status in (404, 410):
        return missing
    reason = _reason(response) or f"The volume service answered {answer}."
    if status in _KINDS:
        return _KINDS[status](reason)
    if status < 500 and status not in TEMPORARY:
        LOG.error("The volume service refused a request: %s", answer)
        return errors.Error(f"The volume service refused a request: {answer}.")
    return _unreachable(answer, f"The volume service answered {answer}.")


def _reason(response: requests.Response) -> str | None:
    """Return the message of a fault (Block Storage API v3, "Faults"), or None."""
    try:
        faults = response.json()
    except requests.RequestException:
        return None
    if not isinstance(faults, dict):
        return None
    found = [fault.get("message") for fault in faults.values() if isinstance(fault, dict)]
    return str(found[0]) if found and found[0] else None


def _required(conf: cfg.ConfigOpts, name: str) -> str:
    value = conf.volumes[name]
    if not value:
        raise cfg.RequiredOptError(name, cfg.OptGroup("volumes"))
    return str(value)


def _unreachable(
    reason: object, message: str = "The volume service does not answer."
) -> VolumesUnreachable:
    LOG.error("The volume service does not answer as it should: %s", reason)
    return VolumesUnreachable(message)
