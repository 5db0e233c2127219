"""The block devices in a request that creates servers."""

from wsme.types import StringType

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.api.servers.tags import TAG
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import (
    ANYTHING,
    BOOLEAN,
    UUID,
    Integer,
    choice,
    matching,
    size,
)

_TEXT_255 = StringType(max_length=values.MAX_LENGTH)


class LegacyBlockDevice(RequestType):
    """An entry of ``block_device_mapping``."""

    virtual_name = RequestField(_TEXT_255)
    volume_id = RequestField(UUID)
    snapshot_id = RequestField(UUID)
    volume_size = RequestField(size(1))
    device_name = RequestField(matching(values.DEVICE_NAME))
    delete_on_termination = RequestField(BOOLEAN)
    no_device = RequestField(ANYTHING, nullable=True)
    connection_info = RequestField(StringType(max_length=values.MAX_CONNECTION_INFO))


class BlockDevice(LegacyBlockDevice):
    """An entry of ``block_device_mapping_v2``."""

    source_type = RequestField(choice(values.SOURCE_TYPES))
    uuid = RequestField(matching(values.DEVICE_UUID))
    image_id = RequestField(UUID)
    destination_type = RequestField(choice(values.DESTINATION_TYPES))
    guest_format = RequestField(_TEXT_255)
    device_type = RequestField(_TEXT_255)
    disk_bus = RequestField(_TEXT_255)
    boot_index = RequestField(Integer(values.INT32_MIN, values.INT32_MAX), nullable=True)
    tag_at_first = RequestField(matching(TAG), name="tag", span=changes.DEVICE_TAGS_AT_FIRST)
    tag = RequestField(matching(TAG), span=changes.DEVICE_TAGS)
    volume_type = RequestField(_TEXT_255, span=changes.VOLUME_TYPE, nullable=True)
