"""Images in Glance, over the Image API v2."""

import hashlib
import logging
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from keystoneauth1 import exceptions, session
from keystoneauth1.identity import Password
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.images import Image
from computeapi.images.atomic import replacing
from computeapi.images.glance_documents import image_of
from computeapi.images.ids import checked_id, not_found
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.images import ImageStore

LOG = logging.getLogger(__name__)

_CHUNK = 1 << 20
NONSENSE = "The answer of the image service makes no sense."
#: Statuses below 500 after which the same request may succeed (RFC 9110, 15.5.9; RFC 8470, 5.2;
#: RFC 6585, 4), and that of a token that the service can renew.
TEMPORARY = frozenset({401, 408, 425, 429})


def load(conf: cfg.ConfigOpts) -> "Glance":
    """Return the store behind ``[images] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return Glance(conf)


class Glance(ImageStore):
    """An image store."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._conf = conf
        self.url = f"{_required(conf, 'endpoint').rstrip('/')}/v2/images"
        self.anonymous = session.Session(timeout=conf.images.timeout)

    def get(self, context: Context, image_ref: str) -> Image:
        """See :meth:`computeapi.ports.images.ImageStore.get`.

        The caller's token is what makes Glance show only what the caller may see.

        :raises computeapi.domain.errors.Forbidden: when there is no token, or Glance refuses it.
        """
        if context.token is None:
            raise errors.Forbidden("The image service needs the caller's token.")
        headers = {"X-Auth-Token": context.token, "X-OpenStack-Request-ID": context.request_id}
        try:
            return self._get(image_ref, headers)
        except errors.Forbidden:
            # A token may be limited by access rules to what its owner asks of this service, or
            # have ended since: with a service's own token beside it Glance takes it all the same.
            service_token = self.service_token()
            if service_token is None:
                raise
            return self._get(image_ref, {**headers, "X-Service-Token": service_token})

    def _get(self, image_ref: str, headers: Mapping[str, str]) -> Image:
        with self._ask(self.anonymous, image_ref, headers=headers) as response:
            return image_of(_document(response, image_ref))

    def service_token(self) -> str | None:
        """Return a token of the service's own, or None when it cannot be had."""
        try:
            return self.service.get_token()
        except (exceptions.ClientException, cfg.RequiredOptError) as error:
            LOG.warning("No token of the service for the image service: %s", error)
            return None

    def fetch(self, image_id: str, target: Path, checkpoint: Checkpoint) -> Image:
        """See :meth:`computeapi.ports.images.ImageStore.fetch`."""
        described = self._describe(image_id)
        image = image_of(described)
        if image.status != "active":
            raise errors.Conflict(f"Image {image_id} is not active but {image.status}.")
        checksum = _Checksum(described)
        # The type asked for keeps a proxy from compressing what is compressed already.
        headers = {"Accept": "application/octet-stream", "Accept-Encoding": "identity"}
        try:
            with (
                replacing(target) as file,
                self._ask(self.service, image_id, "/file", headers, stream=True) as response,
            ):
                for chunk in response.iter_content(_CHUNK):
                    checkpoint()
                    checksum.update(chunk)
                    file.write(chunk)
                checksum.verify()
        except requests.RequestException as error:
            message = f"The image service broke off while it sent image {image_id}."
            raise unreachable(error, message) from error
        return image

    def _describe(self, image_id: str) -> dict[str, Any]:
        with self._ask(self.service, image_id) as response:
            return _document(response, image_id)

    def _ask(
        self,
        asker: session.Session,
        image_ref: str,
        path: str = "",
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
    ) -> requests.Response:
        """GET, and return what is worth reading.

        :raises computeapi.domain.errors.Error: as the port says.
        """
        url = f"{self.url}/{checked_id(image_ref)}{path}"
        self.authenticate(asker)
        try:
            # Without "log": at level DEBUG keystoneauth would read a whole image into the log.
            response = asker.get(
                url, headers=dict(headers or {}), raise_exc=False, stream=stream, log=not stream
            )
        except exceptions.ClientException as error:
            raise unreachable(error) from error
        if response.status_code == 200:
            return response
        response.close()
        if response.status_code == 401 and asker is self.anonymous:
            raise errors.Forbidden("The image service does not accept the token.")
        raise refusal(response, image_ref, is_data=bool(path))

    def authenticate(self, asker: session.Session) -> None:
        """Get a token first: it is Keystone that fails here, and not the image service."""
        if asker.auth is None:
            return
        try:
            asker.get_token()
        except exceptions.Unauthorized as error:
            message = "Keystone does not accept the user by whom images are fetched."
            raise unreachable(error, message) from error
        except exceptions.ClientException as error:
            message = "Keystone does not answer, so that images cannot be fetched."
            raise unreachable(error, message) from error

    @cached_property
    def service(self) -> session.Session:
        """The service's own session; it gets a token at its first use and renews it."""
        group = self._conf.images
        auth = Password(
            auth_url=_required(self._conf, "auth_url"),
            username=group.username,
            password=group.password,
            project_name=group.project_name,
            user_domain_name=group.user_domain_name,
            project_domain_name=group.project_domain_name,
        )
        return session.Session(auth, timeout=group.timeout)


class _Checksum:
    """The size and the hash that an image's data must have.

    Glance gives ``os_hash_algo`` and ``os_hash_value``, and for older images
    ``checksum``, an MD5 (Image API v2, "Show image").
    """

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._size = described.get("size")
        self._length = 0
        algorithm = str(described.get("os_hash_algo"))
        self._value = described.get("os_hash_value")
        if not self._value or algorithm not in hashlib.algorithms_available:
            algorithm, self._value = "md5", described.get("checksum")
        self._hash = hashlib.new(algorithm, usedforsecurity=False)
        self._id = described["id"]

    def update(self, chunk: bytes) -> None:
        self._length += len(chunk)
        self._hash.update(chunk)

    def verify(self) -> None:
        """Check the data.

        :raises computeapi.domain.errors.ImageUnreachable: when some of it did not arrive.
        :raises computeapi.domain.errors.Invalid: when it is not the data that the image service
            describes: it will not be at the next attempt either.
        """
        if self._size is not None and self._length < self._size:
            message = f"Image {self._id} arrived cut off: {self._length} bytes of {self._size}."
            raise unreachable(message, message)
        if self._size is not None and self._length > self._size:
            deviation = f"{self._length} bytes instead of {self._size}"
        elif self._value and self._hash.hexdigest() != self._value:
            deviation = f"its {self._hash.name} is not the one that the image service states"
        else:
            return
        LOG.error("Image %s is damaged: %s", self._id, deviation)
        raise errors.Invalid(f"Image {self._id} is damaged: {deviation}.")


def refusal(response: requests.Response, image_ref: str, is_data: bool) -> errors.Error:
    """Return the error for an answer without an image; a temporary one is ImageUnreachable.

    :param is_data: whether the image's data was asked for, and not its description.
    """
    status, reason = response.status_code, response.reason
    if status in (404, 410) or (status == 403 and not is_data):
        return not_found(image_ref)
    if status == 403:
        return errors.Conflict(f"The image service forbids the download of image {image_ref}.")
    if status == 204 and is_data:
        return errors.Conflict(f"Image {image_ref} has no data in the image service.")
    answer = f"{status} {reason}"
    if 400 <= status < 500 and status not in TEMPORARY:
        LOG.error("The image service refused image %s: %s", image_ref, answer)
        return errors.Error(f"The image service refused image {image_ref}: {answer}.")
    return unreachable(f"image {image_ref}: {answer}", f"The image service answered {answer}.")


def _document(response: requests.Response, image_ref: str) -> dict[str, Any]:
    try:
        described = response.json()
    except requests.RequestException as error:
        raise unreachable(error, NONSENSE) from error
    if not isinstance(described, dict) or str(described.get("id")).lower() != image_ref.lower():
        reason = f"no description of image {image_ref}: {described!r:.200}"
        raise unreachable(reason, NONSENSE)
    return described


def _required(conf: cfg.ConfigOpts, name: str) -> str:
    value = conf.images[name]
    if not value:
        raise cfg.RequiredOptError(name, cfg.OptGroup("images"))
    return value


def unreachable(
    reason: object, message: str = "The image service does not answer."
) -> errors.ImageUnreachable:
    """Log why the image service is of no use now, and return the error that says so.

    :param message: the sentence that the caller, or the owner of the server, reads.
    """
    LOG.error("The image service does not answer as it should: %s", reason)
    return errors.ImageUnreachable(message)
