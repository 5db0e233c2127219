"""Response bodies of the metadata of servers and images."""

from computeapi.falcon_impl.views.schemas import TEXT, entity, mapping

METADATA = entity({"metadata": mapping(TEXT)})
METADATA_ITEM = entity({"meta": mapping(TEXT)})
