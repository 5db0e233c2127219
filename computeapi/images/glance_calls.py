"""Requests to Glance that change images, in a caller's name or in the service's own."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests
from keystoneauth1 import exceptions, session

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.images.glance import NONSENSE, TEMPORARY, Glance, unreachable
from computeapi.images.ids import not_found
from computeapi.ports.checkpoint import Checkpoint

LOG = logging.getLogger(__name__)

_CHUNK = 1 << 20
#: Seconds for Glance to put data away that has been sent to it.
UPLOAD_TIMEOUT = 600.0


class FileBody:
    """A file as the body of a request; it may be sent more than once.

    :param checkpoint: called for each part of it.
    """

    def __init__(self, source: Path, checkpoint: Checkpoint) -> None:
        self._source = source
        self._checkpoint = checkpoint

    def __len__(self) -> int:
        """Return the size of the file: its end is known to be missing when it does not arrive."""
        return self._source.stat().st_size

    def __iter__(self) -> Iterator[bytes]:
        """Yield the file from its beginning."""
        with self._source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                self._checkpoint()
                yield chunk


class GlanceCalls:
    """Sends requests to Glance, and returns answers that are a success."""

    def __init__(self, glance: Glance) -> None:
        self._glance = glance

    def as_caller(
        self, context: Context, method: str, path: str, image_ref: str, **arguments: Any
    ) -> requests.Response:
        """Send a request with the caller's token: Glance decides what the caller may do.

        :param path: of the URL, after that of the images.
        :param image_ref: the name of the image in messages.
        :raises computeapi.domain.errors.Error: as :func:`refusal` says, and Forbidden when there is
            no token, or Glance does not accept it.
        """
        if context.token is None:
            raise errors.Forbidden("The image service needs the caller's token.")
        given = arguments.pop("headers", {})
        headers = {
            **given,
            "X-Auth-Token": context.token,
            "X-OpenStack-Request-ID": context.request_id,
        }
        anonymous = self._glance.anonymous
        response = self._send(anonymous, method, path, headers, **arguments)
        if response.status_code == 401:
            # See Glance.get: with a service's own token beside it, Glance may take it all the same.
            service_token = self._glance.service_token()
            if service_token is not None:
                headers["X-Service-Token"] = service_token
                response = self._send(anonymous, method, path, headers, **arguments)
        if response.status_code == 401:
            response.close()
            raise errors.Forbidden("The image service does not accept the token.")
        return _checked(response, image_ref)

    def as_service(
        self, method: str, path: str, image_ref: str, **arguments: Any
    ) -> requests.Response:
        """Send a request in the service's own name.

        :raises computeapi.domain.errors.Error: as :func:`refusal` says.
        """
        self._glance.authenticate(self._glance.service)
        headers = arguments.pop("headers", {})
        response = self._send(self._glance.service, method, path, headers, **arguments)
        return _checked(response, image_ref)

    def project_id(self) -> str | None:
        """Return the id of the service's own project.

        :raises computeapi.domain.errors.ImageUnreachable: when Keystone does not answer.
        """
        self._glance.authenticate(self._glance.service)
        return self._glance.service.get_project_id()

    def _send(
        self,
        asker: session.Session,
        method: str,
        path: str,
        headers: Mapping[str, str],
        **arguments: Any,
    ) -> requests.Response:
        url = f"{self._glance.url}{path}"
        try:
            return asker.request(url, method, headers=dict(headers), raise_exc=False, **arguments)
        except exceptions.ClientException as error:
            raise unreachable(error) from error


def document(response: requests.Response) -> dict[str, Any]:
    """Return the JSON object that an answer holds.

    :raises computeapi.domain.errors.ImageUnreachable: when it holds none.
    """
    with response:
        try:
            found = response.json()
        except requests.RequestException as error:
            raise unreachable(error, NONSENSE) from error
    if not isinstance(found, dict):
        raise unreachable(f"no object: {found!r:.200}", NONSENSE)
    return found


def _checked(response: requests.Response, image_ref: str) -> requests.Response:
    if response.status_code < 400:
        return response
    response.close()
    raise refusal(response, image_ref)


def refusal(response: requests.Response, image_ref: str) -> errors.Error:
    """Return the error for an answer that is no success (Image API v2, "Response codes").

    A temporary one is ImageUnreachable. Nova answers 403 where Glance answers 413: the project has
    as many images, or as much data in them, as it may have.
    """
    status = response.status_code
    answer = f"{status} {response.reason}"
    message = f"The image service refused image {image_ref}: {answer}."
    kinds = {
        400: errors.Invalid,
        403: errors.Forbidden,
        409: errors.Conflict,
        413: errors.QuotaExceeded,
    }
    if status in (404, 410):
        return not_found(image_ref)
    if status in kinds:
        return kinds[status](message)
    if status < 500 and status not in TEMPORARY:
        LOG.error("The image service refused image %s: %s", image_ref, answer)
        return errors.Error(message)
    return unreachable(f"image {image_ref}: {answer}", f"The image service answered {answer}.")
