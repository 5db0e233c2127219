"""Request bodies of floating IPs (API reference, "Floating IPs")."""

from computeapi.falcon_impl.schemas.values import open_record
from computeapi.falcon_impl.validation import Body

CREATE = Body({**open_record({"pool": {"type": ["string", "null"]}}), "type": ["object", "null"]})
