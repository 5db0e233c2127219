"""Transfers through Glance: private images of the service's own project."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oslo_config import cfg

from computeapi.domain import errors
from computeapi.images.glance import Glance
from computeapi.images.glance_calls import GlanceCalls
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.transfers import TransferStore

LOG = logging.getLogger(__name__)


def load(conf: cfg.ConfigOpts) -> "GlanceTransfers":
    """Return the store behind ``[images] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return GlanceTransfers(Glance(GlanceCalls(conf)))


class GlanceTransfers(TransferStore):
    """Files that are images of the user by whom images are fetched (``[images] username``)."""

    def __init__(self, glance: Glance) -> None:
        self._glance = glance
        self._calls = glance.calls

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
        made = self._calls.peer.document(self._calls.as_service("POST", "", name, json=body))
        self._calls.upload(str(made.get("id")), name, source, checkpoint)

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
                self._calls.as_service("DELETE", f"/{image['id']}", name)
            except errors.NotFound:
                LOG.info("Transfer %s was removed meanwhile", name)

    def _named(self, name: str) -> list[Mapping[str, Any]]:
        """Return the service's images of a name.

        An image of this name may be anybody's, and an administrator sees them all.
        """
        owner = self._calls.peer.project_id()
        params = {"name": name, "owner": owner, "os_hidden": "true"}
        response = self._calls.as_service("GET", "", name, params=params)
        found = self._calls.peer.document(response).get("images", [])
        return [image for image in found if image.get("owner") == owner]
