"""Request bodies of the tags of servers."""

from computeapi.api.servers.tags import TAG
from computeapi.falcon_impl.schemas.values import array, matching, record
from computeapi.falcon_impl.validation import Body
from computeapi.service.servers.tags import MAX_TAGS

TAGS = {**array(matching(TAG)), "maxItems": MAX_TAGS}
#: A tag is named in the path: no body comes with it.
ONE = Body({"type": "null"})
ALL = Body(record({"tags": TAGS}, required=("tags",)))
