"""Transfers through Glance: private images of the service's own project."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests
from keystoneauth1 import exceptions
from oslo_config import cfg

from computeapi.domain import errors
from computeapi.images.glance import Glance, refusal, unreachable
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.transfers import TransferStore

LOG = logging.getLogger(__name__)

_CHUNK = 1 << 20


def load(conf: cfg.ConfigOpts) -> "GlanceTransfers":
    """Return the store behind ``[images] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return GlanceTransfers(Glance(conf))


class GlanceTransfers(TransferStore):
    """Files that are images of the user by whom images are fetched (``[images] username``)."""

    def __init__(self, glance: Glance) -> None:
        self._glance = glance

    def put(self, name: str, source: Path, checkpoint: Checkpoint) -> None:
        """See :meth:`computeapi.ports.transfers.TransferStore.put`."""
        self.remove(name)
        # The data is an archive, which Glance calls raw: it must not look into it.
        body = {
            "name": name,
            "visibility": "private",
            "os_hidden": True,
            "disk_format": "raw",
            "container_format": "bare",
        }
        with self._send("POST", "", name, json=body) as response:
            image_id = response.json()["id"]
        headers = {"Content-Type": "application/octet-stream"}
        data = _chunks(source, checkpoint)
        path = f"/{image_id}/file"
        self._send("PUT", path, name, data=data, headers=headers, log=False).close()

    def take(self, name: str, target: Path, checkpoint: Checkpoint) -> None:
        """See :meth:`computeapi.ports.transfers.TransferStore.take`."""
        for image in self._named(name):
            if image.get("status") == "active":
                self._glance.fetch(image["id"], target, checkpoint)
                return
        raise errors.NotFound(f"There is no transfer {name}.")

    def remove(self, name: str) -> None:
        """See :meth:`computeapi.ports.transfers.TransferStore.remove`."""
        for image in self._named(name):
            try:
                self._send("DELETE", f"/{image['id']}", name).close()
            except errors.NotFound:
                LOG.info("Transfer %s was removed meanwhile", name)

    def _named(self, name: str) -> list[Mapping[str, Any]]:
        """Return the service's images of a name.

        An image of this name may be anybody's, and an administrator sees them all.
        """
        self._glance.authenticate(self._glance.service)
        owner = self._glance.service.get_project_id()
        params = {"name": name, "owner": owner, "os_hidden": "true"}
        with self._send("GET", "", name, params=params) as response:
            found = response.json()["images"]
        return [image for image in found if image.get("owner") == owner]

    def _send(self, method: str, path: str, name: str, **arguments: Any) -> requests.Response:
        """Send a request in the service's own name, and return an answer that is a success.

        :raises computeapi.domain.errors.NotFound: when Glance knows no such image.
        :raises computeapi.domain.errors.ImageUnreachable: when Glance does not answer now.
        :raises computeapi.domain.errors.Error: when it refuses.
        """
        self._glance.authenticate(self._glance.service)
        url = f"{self._glance.url}{path}"
        try:
            response = self._glance.service.request(url, method, raise_exc=False, **arguments)
        except exceptions.ClientException as error:
            raise unreachable(error) from error
        if response.status_code < 400:
            return response
        response.close()
        raise refusal(response, name, is_data=False)


def _chunks(source: Path, checkpoint: Checkpoint) -> Iterator[bytes]:
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            checkpoint()
            yield chunk
