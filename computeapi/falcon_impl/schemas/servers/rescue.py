"""The parameters of a rescue (API reference, "Rescue Server")."""

from computeapi.falcon_impl.schemas.values import UUID, record

RESCUE = {
    **record({"adminPass": {"type": "string"}, "rescue_image_ref": UUID}),
    "type": ["object", "null"],
}
