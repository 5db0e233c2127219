"""Requests to Neutron, in a caller's name or in the service's own."""

import logging
from functools import cached_property
from typing import Any

import requests
from keystoneauth1 import exceptions, session
from keystoneauth1.identity import Password
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context

LOG = logging.getLogger(__name__)

#: Statuses below 500 after which the same request may succeed (RFC 9110, 15.5.9; RFC 8470, 5.2;
#: RFC 6585, 4), and that of a token that the service can renew.
_TEMPORARY = frozenset({401, 408, 425, 429})
_NONSENSE = "The answer of the network service makes no sense."
_KINDS: dict[int, type[errors.Error]] = {
    400: errors.Invalid,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.QuotaExceeded,
}
#: The errors of Neutron that its status says too little of.
_TYPES: dict[str, tuple[type[errors.Error], str]] = {
    "OverQuota": (errors.QuotaExceeded, "Maximum number of ports exceeded"),
    "IpAddressGenerationFailure": (errors.NoAddressLeft, ""),
    "ExternalIpAddressExhausted": (errors.NoAddressLeft, ""),
}

Query = list[tuple[str, str]]


class NeutronCalls:
    """Sends requests to Neutron, and returns the documents that it answers with.

    :raises oslo_config.cfg.RequiredOptError: when an option is missing.
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._conf = conf
        self._url = f"{_required(conf, 'endpoint').rstrip('/')}/v2.0"
        self._anonymous = session.Session(timeout=conf.neutron.timeout)

    def as_caller(self, context: Context, path: str, query: Query | None = None) -> Any:
        """Read with the caller's token: Neutron decides what the caller may see.

        :raises computeapi.domain.errors.Error: as :func:`refusal` says, and Forbidden when there is
            no token, or Neutron does not accept it.
        """
        if context.token is None:
            raise errors.Forbidden("The network service needs the caller's token.")
        headers = {"X-Auth-Token": context.token, "X-OpenStack-Request-ID": context.request_id}
        response = self._send(self._anonymous, "GET", path, params=query, headers=headers)
        if response.status_code == 401:
            # A token may be limited by access rules to what its owner asks of this service, or
            # have ended since: with a service's own token beside it, Neutron takes it all the same.
            headers["X-Service-Token"] = self._service_token()
            response = self._send(self._anonymous, "GET", path, params=query, headers=headers)
        if response.status_code == 401:
            raise errors.Forbidden("The network service does not accept the token.")
        return _document(response)

    def get(self, path: str, query: Query | None = None) -> Any:
        """Read in the service's own name."""
        return self.as_service("GET", path, params=query)

    def as_service(self, method: str, path: str, **arguments: Any) -> Any:
        """Send a request in the service's own name.

        :raises computeapi.domain.errors.Error: as :func:`refusal` says.
        """
        self._service_token()
        return _document(self._send(self._service, method, path, **arguments))

    def _send(
        self, asker: session.Session, method: str, path: str, **arguments: Any
    ) -> requests.Response:
        try:
            return asker.request(f"{self._url}{path}", method, raise_exc=False, **arguments)
        except exceptions.ClientException as error:
            raise unreachable(error) from error

    def _service_token(self) -> str:
        """Get a token first: it is Keystone that fails here, and not Neutron."""
        try:
            return str(self._service.get_token())
        except exceptions.Unauthorized as error:
            message = "Keystone does not accept the user by whom networks are used."
            raise unreachable(error, message) from error
        except exceptions.ClientException as error:
            message = "Keystone does not answer, so that networks cannot be used."
            raise unreachable(error, message) from error

    @cached_property
    def _service(self) -> session.Session:
        """The service's own session; it gets a token at its first use and renews it."""
        group = self._conf.neutron
        auth = Password(
            auth_url=_required(self._conf, "auth_url"),
            username=group.username,
            password=group.password,
            project_name=group.project_name,
            user_domain_name=group.user_domain_name,
            project_domain_name=group.project_domain_name,
        )
        return session.Session(auth, timeout=group.timeout)


def refusal(response: requests.Response) -> errors.Error:
    """Return the error for an answer that is no success (Networking API v2.0, "Faults").

    A temporary one is NetworkUnreachable.
    """
    status = response.status_code
    kind, message = _told(response)
    answer = f"{status} {response.reason}"
    if kind in _TYPES:
        error, said = _TYPES[kind]
        return error(said or message)
    if status in _KINDS:
        return _KINDS[status](message or f"The network service answered {answer}.")
    if status < 500 and status not in _TEMPORARY:
        LOG.error("The network service refused a request: %s %s", answer, message)
        return errors.Error(f"The network service refused the request: {answer}.")
    return unreachable(f"{answer} {message}", f"The network service answered {answer}.")


def unreachable(
    reason: object, message: str = "The network service does not answer."
) -> errors.NetworkUnreachable:
    """Log why the network service is of no use now, and return the error that says so.

    :param message: the sentence that the caller, or the owner of the server, reads.
    """
    LOG.error("The network service does not answer as it should: %s", reason)
    return errors.NetworkUnreachable(message)


def _document(response: requests.Response) -> Any:
    if response.status_code >= 400:
        raise refusal(response)
    if response.status_code == 204 or not response.content:
        return {}
    try:
        found = response.json()
    except requests.RequestException as error:
        raise unreachable(error, _NONSENSE) from error
    if not isinstance(found, dict):
        raise unreachable(f"no object: {found!r:.200}", _NONSENSE)
    return found


def _told(response: requests.Response) -> tuple[str, str]:
    """Return the type and the message of Neutron's error; empty where it tells none."""
    try:
        told = response.json()["NeutronError"]
        return str(told["type"]), str(told["message"])
    except (requests.RequestException, KeyError, TypeError):
        return "", ""


def _required(conf: cfg.ConfigOpts, name: str) -> str:
    value = conf.neutron[name]
    if not value:
        raise cfg.RequiredOptError(name, cfg.OptGroup("neutron"))
    return str(value)
