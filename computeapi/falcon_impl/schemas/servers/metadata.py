"""Request bodies of the metadata of servers."""

from computeapi.falcon_impl.schemas.values import METADATA, record
from computeapi.falcon_impl.validation import Body

ALL = Body(record({"metadata": METADATA}, required=("metadata",)))
ITEM = Body(
    record({"meta": {**METADATA, "minProperties": 1, "maxProperties": 1}}, required=("meta",))
)
