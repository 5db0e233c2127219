"""Requests to Glance, in a caller's name or in the service's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.images.ids import checked_id, not_found
from computeapi.peer import Peer
from computeapi.ports.checkpoint import Checkpoint

_CHUNK = 1 << 20
#: Seconds for Glance to put data away that has been sent to it.
_UPLOAD_TIMEOUT = 600.0


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
    """Sends requests to Glance, and returns answers that are a success.

    :ivar peer: the image service (Image API v2).
    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self.peer = Peer(conf, "images", "image service", errors.ImageUnreachable, "/v2/images")

    def location(self, image_id: str) -> str:
        """Return the URL of an image, which a caller may see."""
        return f"{self.peer.endpoint}/images/{image_id}"

    def as_caller(
        self, context: Context, method: str, path: str, image_ref: str, **arguments: Any
    ) -> requests.Response:
        """Send a request with the caller's token: Glance decides whether it is allowed.

        :param path: of the URL, after that of the images.
        :param image_ref: the name of the image in messages.
        :raises computeapi.domain.errors.Error: as :meth:`Peer.as_caller` and :meth:`Peer.refusal`
            say.
        """
        return self._checked(self.peer.as_caller(context, method, path, **arguments), image_ref)

    def as_service(
        self, method: str, path: str, image_ref: str, **arguments: Any
    ) -> requests.Response:
        """Send a request in the service's own name.

        :raises computeapi.domain.errors.Error: as :meth:`Peer.refusal` says.
        """
        return self._checked(self.peer.as_service(method, path, **arguments), image_ref)

    def upload(self, image_id: str, image_ref: str, source: Path, checkpoint: Checkpoint) -> None:
        """Send the data of an image, in the service's own name.

        :param image_ref: the name of the image in messages.
        :param checkpoint: called for each part of it.
        :raises computeapi.domain.errors.Error: as :meth:`Peer.refusal` says.
        """
        self.as_service(
            "PUT",
            f"/{checked_id(image_id)}/file",
            image_ref,
            data=FileBody(source, checkpoint),
            headers={"Content-Type": "application/octet-stream"},
            timeout=_UPLOAD_TIMEOUT,
            # At level DEBUG keystoneauth would read the whole image into the log.
            log=False,
        )

    def _checked(self, response: requests.Response, image_ref: str) -> requests.Response:
        if response.status_code < 400:
            return response
        missing = not_found(image_ref)
        raise self.peer.refusal(response, f"image {image_ref}", missing=missing)
