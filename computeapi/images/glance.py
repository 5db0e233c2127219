"""Images in Glance, over the Image API v2."""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.images import Image
from computeapi.images.atomic import replacing
from computeapi.images.glance_calls import GlanceCalls
from computeapi.images.glance_documents import image_of
from computeapi.images.ids import checked_id, not_found
from computeapi.peer import Peer
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.images import ImageStore

LOG = logging.getLogger(__name__)

_CHUNK = 1 << 20


def load(conf: cfg.ConfigOpts) -> "Glance":
    """Return the store behind ``[images] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return Glance(GlanceCalls(conf))


class Glance(ImageStore):
    """An image store.

    :ivar calls: by which it sends requests.
    """

    def __init__(self, calls: GlanceCalls) -> None:
        self.calls = calls

    def get(self, context: Context, image_ref: str) -> Image:
        """See :meth:`computeapi.ports.images.ImageStore.get`.

        The caller's token is what makes Glance show only what the caller may see.

        :raises computeapi.domain.errors.Forbidden: when there is no token, or Glance refuses it.
        """
        response = self._peer.as_caller(context, "GET", f"/{checked_id(image_ref)}")
        return image_of(self._described(response, image_ref))

    def fetch(self, image_id: str, target: Path, checkpoint: Checkpoint) -> Image:
        """See :meth:`computeapi.ports.images.ImageStore.fetch`."""
        path = f"/{checked_id(image_id)}"
        described = self._described(self._peer.as_service("GET", path), image_id)
        image = image_of(described)
        if image.status != "active":
            raise errors.Conflict(f"Image {image_id} is not active but {image.status}.")
        checksum = _Checksum(described, self._peer)
        try:
            with replacing(target) as file, self._data(image_id, f"{path}/file") as response:
                for chunk in response.iter_content(_CHUNK):
                    checkpoint()
                    checksum.update(chunk)
                    file.write(chunk)
                checksum.verify()
        except requests.RequestException as error:
            message = f"The image service broke off while it sent image {image_id}."
            raise self._peer.unavailable(error, message) from error
        return image

    @property
    def _peer(self) -> Peer:
        return self.calls.peer

    def _data(self, image_id: str, path: str) -> requests.Response:
        """Return an answer whose body is the data of an image, not read yet."""
        # The type asked for keeps a proxy from compressing what is compressed already.
        headers = {"Accept": "application/octet-stream", "Accept-Encoding": "identity"}
        # Without "log": at level DEBUG keystoneauth would read a whole image into the log.
        response = self._peer.as_service("GET", path, headers=headers, stream=True, log=False)
        if response.status_code == 200:
            return response
        response.close()
        if response.status_code == 403:
            raise errors.Conflict(f"The image service forbids the download of image {image_id}.")
        if response.status_code == 204:
            raise errors.Conflict(f"Image {image_id} has no data in the image service.")
        raise self._refusal(response, image_id)

    def _described(self, response: requests.Response, image_ref: str) -> dict[str, Any]:
        """Return the description of an image."""
        if response.status_code == 403:
            raise not_found(image_ref)
        if response.status_code != 200:
            raise self._refusal(response, image_ref)
        described = self._peer.document(response)
        if str(described.get("id")).lower() != image_ref.lower():
            reason = f"no description of image {image_ref}: {described!r:.200}"
            raise self._peer.nonsense(reason)
        return described

    def _refusal(self, response: requests.Response, image_ref: str) -> errors.Error:
        missing = not_found(image_ref)
        return self._peer.refusal(response, f"image {image_ref}", missing=missing)


class _Checksum:
    """The size and the hash that an image's data must have.

    Glance gives ``os_hash_algo`` and ``os_hash_value``, and for older images
    ``checksum``, an MD5 (Image API v2, "Show image").
    """

    def __init__(self, described: Mapping[str, Any], peer: Peer) -> None:
        self._peer = peer
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
            raise self._peer.unavailable(message, message)
        if self._size is not None and self._length > self._size:
            deviation = f"{self._length} bytes instead of {self._size}"
        elif self._value and self._hash.hexdigest() != self._value:
            deviation = f"its {self._hash.name} is not the one that the image service states"
        else:
            return
        LOG.error("Image %s is damaged: %s", self._id, deviation)
        raise errors.Invalid(f"Image {self._id} is damaged: {deviation}.")
