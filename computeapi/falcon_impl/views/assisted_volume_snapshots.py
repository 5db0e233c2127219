"""Response bodies of assisted volume snapshots."""

from typing import Any

from computeapi.domain.assisted_volume_snapshots import AssistedSnapshot
from computeapi.falcon_impl.views.schemas import TEXT, entity, nullable

SNAPSHOT = entity({"snapshot": entity({"id": nullable(TEXT), "volumeId": TEXT})})


def detail(snapshot: AssistedSnapshot) -> dict[str, Any]:
    """Return the document of a snapshot that is being taken."""
    return {"snapshot": {"id": snapshot.id, "volumeId": snapshot.volume_id}}
