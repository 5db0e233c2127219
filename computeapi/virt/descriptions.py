"""The description of a server in the metadata of its guest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServerDescription:
    """The server that a guest is made for, as the guest's metadata describes it.

    :ivar name: for people. :ivar image_id: None for a server without an image.
    """

    name: str
    user_id: str
    project_id: str
    created_at: datetime
    flavor_id: str
    flavor_name: str
    extra_specs: Mapping[str, str]
    image_id: str | None
    image_properties: Mapping[str, str]
