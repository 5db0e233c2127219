"""Snapshots in Glance: images of the callers' projects, whose data the service writes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.images import NewImage
from computeapi.images.glance_calls import GlanceCalls
from computeapi.images.glance_documents import document_of
from computeapi.images.ids import checked_id
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.snapshots import SnapshotStore

#: The most images of a page.
_PAGE = 100


def load(conf: cfg.ConfigOpts) -> "GlanceSnapshots":
    """Return the store behind ``[images] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return GlanceSnapshots(GlanceCalls(conf))


class GlanceSnapshots(SnapshotStore):
    """Images that Glance keeps; the service's user needs the right to write to all of them."""

    def __init__(self, calls: GlanceCalls) -> None:
        self._calls = calls

    def location(self, image_id: str) -> str | None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.location`."""
        return self._calls.location(image_id)

    def create(self, context: Context, new: NewImage) -> None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.create`."""
        self._calls.as_caller(context, "POST", "", new.id, json=document_of(new))

    def discard(self, context: Context, image_id: str) -> None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.discard`."""
        try:
            path = f"/{checked_id(image_id)}"
            self._calls.as_caller(context, "DELETE", path, image_id)
        except errors.NotFound:
            return

    def upload(self, image_id: str, source: Path, checkpoint: Checkpoint) -> None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.upload`."""
        status = self.status(image_id)
        if status == "active":
            return
        if status == "saving":
            # An upload that broke off: Glance has not noticed yet.
            raise self._calls.peer.unavailable(f"image {image_id} is being saved")
        self._calls.upload(image_id, image_id, source, checkpoint)

    def status(self, image_id: str) -> str | None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.status`."""
        try:
            response = self._calls.as_service("GET", f"/{checked_id(image_id)}", image_id)
            return str(self._calls.peer.document(response).get("status"))
        except errors.NotFound:
            return None

    def remove(self, image_id: str) -> None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.remove`."""
        try:
            self._calls.as_service("DELETE", f"/{checked_id(image_id)}", image_id)
        except errors.NotFound:
            return

    def owned(self, project_id: str, properties: Mapping[str, str]) -> Sequence[str]:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.owned`."""
        found: list[str] = []
        more = {"owner": project_id, "sort": "created_at:desc,id:desc", "limit": str(_PAGE)}
        query: dict[str, str] | None = {**properties, **more}
        while query is not None:
            response = self._calls.as_service("GET", "", "list", params=query)
            page = self._calls.peer.document(response)
            images = page.get("images", [])
            # An administrator sees the images of all projects, whatever the query says.
            found += [image["id"] for image in images if image.get("owner") == project_id]
            last = images[-1]["id"] if images and "next" in page else None
            query = None if last is None else {**properties, **more, "marker": last}
        return found
