"""Request bodies of assisted volume snapshots (API reference, "Assisted volume snapshots")."""

from typing import Any

from computeapi.domain.assisted_volume_snapshots import FORMAT, AssistedSnapshot
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.schemas.values import choice, record
from computeapi.falcon_impl.validation import Body

_TEXT: Schema = {"type": "string", "minLength": 1}
_CREATE_INFO = record(
    {"snapshot_id": _TEXT, "type": choice([FORMAT]), "new_file": _TEXT, "id": _TEXT},
    required=("snapshot_id", "type", "new_file"),
)

CREATE = Body(
    record(
        {
            "snapshot": record(
                {"volume_id": _TEXT, "create_info": _CREATE_INFO},
                required=("volume_id", "create_info"),
            )
        },
        required=("snapshot",),
    )
)


def new_snapshot(body: dict[str, Any]) -> AssistedSnapshot:
    """Return the snapshot that a request asks for.

    :raises Invalid: when its file is in another folder.
    """
    snapshot = body["snapshot"]
    info = snapshot["create_info"]
    return AssistedSnapshot(
        snapshot["volume_id"], info["snapshot_id"], info["new_file"], info.get("id")
    )
