"""Other OpenStack services that this one calls: Neutron, Cinder and Glance.

A request goes in the caller's name, with the caller's token, or in the service's own name.
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

LOG = logging.getLogger(__name__)

#: Statuses below 500 after which the same request may succeed (RFC 9110, 15.5.9; RFC 8470, 5.2;
#: RFC 6585, 4), and that of a token that the service can renew.
_TEMPORARY = frozenset({401, 408, 425, 429})
#: Nova answers 403 where the other service answers 413: the project has as much as it may have.
_KINDS: Mapping[int, type[errors.Error]] = {
    400: errors.Invalid,
    403: errors.Forbidden,
    409: errors.Conflict,
    413: errors.QuotaExceeded,
}
_SERVICE_TOKEN = "X-Service-Token"  # noqa: S105 - the name of a header


class Peer:
    """Another service, described by a group of options.

    :param group: with the options ``endpoint``, ``timeout`` and those of
        :func:`computeapi.conf.credentials.credentials`.
    :param name: of the service in messages, e.g. "network service".
    :param error: the class of the error for a service that does not answer as it should.
    :param base: the path that follows the endpoint in every URL.
    :ivar endpoint: its URL, without a slash at the end.
    :raises oslo_config.cfg.RequiredOptError: when the option ``endpoint`` is missing.
    """

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        group: str,
        name: str,
        error: type[errors.Unavailable],
        base: str = "",
    ) -> None:
        self._conf = conf
        self._group = group
        self._name = name
        self._error = error
        self._base = base
        self.endpoint = self._required("endpoint").rstrip("/")
        self._anonymous = session.Session(timeout=conf[group].timeout)

    def as_caller(
        self,
        context: Context,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> requests.Response:
        """Send a request with the caller's token: the other service decides whether it is allowed.

        :param path: of the URL, after ``base``.
        :param arguments: of ``requests``, as ``json`` and ``params``.
        :raises computeapi.domain.errors.Forbidden: when there is no token, or the other service
            does not accept it.
        :raises computeapi.domain.errors.Unavailable: when the other service does not answer.
        """
        if context.token is None:
            raise errors.Forbidden(f"The {self._name} needs the caller's token.")
        sent = {
            **(headers or {}),
            "X-Auth-Token": context.token,
            "X-OpenStack-Request-ID": context.request_id,
        }
        response = self.send(self._anonymous, method, path, headers=sent, **arguments)
        if response.status_code == 401 and _SERVICE_TOKEN not in sent:
            # A token may be limited by access rules to what its owner asks of this service, or
            # have ended since: with a service's own token beside it, it is accepted all the same.
            try:
                sent[_SERVICE_TOKEN] = self.service_token()
            except (self._error, cfg.RequiredOptError) as error:
                LOG.warning(
                    "This service has no token of its own for the %s: %s", self._name, error
                )
            else:
                response = self.send(self._anonymous, method, path, headers=sent, **arguments)
        if response.status_code == 401:
            raise errors.Forbidden(f"The {self._name} does not accept the token.")
        return response

    def as_service(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Send a request in the service's own name.

        :param path: of the URL, after ``base``.
        :param arguments: of ``requests``, as ``json`` and ``params``.
        :raises computeapi.domain.errors.Unavailable: when the other service, or Keystone, does not
            answer.
        """
        # Before the request, so that a failure of Keystone is told from one of the other service.
        self.service_token()
        return self.send(self._service, method, path, **arguments)

    def send(
        self, sender: session.Session, method: str, path: str, **arguments: Any
    ) -> requests.Response:
        """Send a request by a session, and return the answer, of any status.

        :raises computeapi.domain.errors.Unavailable: when there is no answer.
        """
        url = f"{self.endpoint}{self._base}{path}"
        try:
            return sender.request(url, method, raise_exc=False, **arguments)
        except exceptions.ClientException as error:
            raise self.unavailable(error) from error

    def service_token(self) -> str:
        """Return a token of the service's own.

        :raises computeapi.domain.errors.Unavailable: when Keystone gives none.
        :raises oslo_config.cfg.RequiredOptError: when the option ``auth_url`` is missing.
        """
        try:
            return str(self._service.get_token())
        except exceptions.Unauthorized as error:
            message = f"Keystone does not accept the user for the {self._name}."
            raise self.unavailable(error, message) from error
        except exceptions.ClientException as error:
            message = f"Keystone does not answer, so that the {self._name} cannot be used."
            raise self.unavailable(error, message) from error

    def project_id(self) -> str | None:
        """Return the id of the service's own project.

        :raises computeapi.domain.errors.Unavailable: when Keystone does not answer.
        """
        self.service_token()
        return self._service.get_project_id()

    def document(self, response: requests.Response) -> dict[str, Any]:
        """Return the JSON object of an answer that is a success, or an empty one for no content.

        :raises computeapi.domain.errors.Unavailable: when the answer holds something else.
        """
        if response.status_code in (202, 204) and not response.content:
            return {}
        try:
            found = response.json()
        except requests.RequestException as error:
            raise self.nonsense(error) from error
        if not isinstance(found, dict):
            raise self.nonsense(f"no object: {found!r:.200}")
        return found

    def refusal(
        self,
        response: requests.Response,
        subject: str = "the request",
        message: str = "",
        missing: errors.Error | None = None,
    ) -> errors.Error:
        """Return the error for an answer that is no success.

        :param subject: of the sentence that says so.
        :param message: the other service's own, in the place of that sentence where the caller is
            at fault.
        :param missing: the error for an answer that the thing does not exist.
        """
        status = response.status_code
        answer = f"{status} {response.reason}"
        refused = f"The {self._name} refused {subject}: {answer}."
        if status in (404, 410):
            return missing or errors.NotFound(message or refused)
        if status in _KINDS:
            return _KINDS[status](message or refused)
        if 400 <= status < 500 and status not in _TEMPORARY:
            LOG.error("%s %s", refused, message)
            return errors.Error(refused)
        reason = f"{subject}: {answer} {message}"
        return self.unavailable(reason, f"The {self._name} answered {answer}.")

    def nonsense(self, reason: object) -> errors.Unavailable:
        """Log the mistake in an answer, and return the error for it."""
        return self.unavailable(reason, f"The answer of the {self._name} makes no sense.")

    def unavailable(self, reason: object, message: str = "") -> errors.Unavailable:
        """Log why the other service cannot be used now, and return the error for it.

        :param message: the sentence for the caller, or the owner of the server.
        """
        # A service that is being started or restarted refuses connections for a while.
        is_away = isinstance(reason, exceptions.ConnectFailure)
        level = logging.WARNING if is_away else logging.ERROR
        LOG.log(level, "The %s does not answer as it should: %s", self._name, reason)
        return self._error(message or f"The {self._name} does not answer.")

    @cached_property
    def _service(self) -> session.Session:
        """The service's own session; it gets a token at its first use and renews it."""
        group = self._conf[self._group]
        auth = Password(
            auth_url=self._required("auth_url"),
            username=group.username,
            password=group.password,
            project_name=group.project_name,
            user_domain_name=group.user_domain_name,
            project_domain_name=group.project_domain_name,
        )
        return session.Session(auth, timeout=group.timeout)

    def _required(self, name: str) -> str:
        value = self._conf[self._group][name]
        if not value:
            raise cfg.RequiredOptError(name, cfg.OptGroup(self._group))
        return str(value)
