"""The values of a service for shared file systems that servers have to do with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShareAttachment:
    """A share that is attached to a server.

    :ivar id: and ``share_id``: UUIDs.
    :ivar status: "attaching", "inactive", "active", "detaching" or "error".
    :ivar tag: the name by which the guest mounts it.
    :ivar export_location: the address of the share, for administrators.
    """

    id: str
    share_id: str
    status: str
    tag: str
    export_location: str


@dataclass(frozen=True, slots=True)
class NewShareAttachment:
    """A request to attach a share (API reference, "Attach a share to an instance").

    :ivar tag: that of the request; None for the id of the share.
    """

    share_id: str
    tag: str | None = None
