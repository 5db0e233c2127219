"""The response body of a rebuild (API reference, "Rebuild Server")."""

from computeapi.api.servers import changes
from computeapi.domain.servers import RebuiltServer
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.views.fields import Document, Field, Fields, fitting
from computeapi.falcon_impl.views.schemas import TEXT, at_times, constantly, entity, nullable
from computeapi.falcon_impl.views.servers.changing import CHANGED
from computeapi.falcon_impl.views.servers.listing import SHOWN, SHOWN_EXTENDED
from computeapi.falcon_impl.views.servers.view import ServerView

_USER_DATA = Field("user_data", "user_data", nullable(TEXT), changes.REBUILT_USER_DATA)
#: User data stands there under another name than in a server that is shown.
_EXTENDED_USER_DATA = "OS-EXT-SRV-ATTR:user_data"
IN_PART = Fields(
    *CHANGED, Field("key_name", "key_name", nullable(TEXT), changes.REBUILT_KEY), _USER_DATA
)
WHOLE = Fields(*SHOWN, _USER_DATA)
WHOLE_EXTENDED = Fields(
    *(field for field in SHOWN_EXTENDED if field.name != _EXTENDED_USER_DATA), _USER_DATA
)


def _with_password(schema: Schema) -> Schema:
    return {**schema, "properties": {**schema["properties"], "adminPass": at_times(TEXT)}}


REBUILT_SERVER = entity(
    {
        "server": (
            constantly(_with_password(IN_PART.schema), changes.CHANGED_IN_PART),
            constantly(_with_password(fitting(WHOLE, WHOLE_EXTENDED)), changes.CHANGED_WHOLE),
        )
    }
)


def rebuilt(result: RebuiltServer, view: ServerView) -> Document:
    """Return the document of a server whose rebuild was accepted."""
    fields = IN_PART
    if view.version in changes.CHANGED_WHOLE:
        fields = WHOLE_EXTENDED if view.extended else WHOLE
    document = fields.document(result.server, view.version, view)
    if result.admin_password is None:
        return document
    return {**document, "adminPass": result.admin_password}
