"""Request bodies of assisted volume snapshots (API reference, "Assisted volume snapshots")."""

from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.schemas.values import choice, record
from computeapi.falcon_impl.validation import Body

_TEXT: Schema = {"type": "string", "minLength": 1}
_CREATE_INFO = record(
    {"snapshot_id": _TEXT, "type": choice(["qcow2"]), "new_file": _TEXT, "id": _TEXT},
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
