"""Images of servers that may have to be removed, as their making may fail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: For so long an image may be there before the operation that gives it its data.
ACCEPTANCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class UnfinishedImage:
    """An image that was, or is about to be, made in the image store without data.

    It is noted before it is made. The operation that gives it its data has its id among its
    parameters, as ``image_id``.

    :ivar accepted: whether there was such an operation.
    """

    image_id: str
    server_id: str
    created_at: datetime
    accepted: bool = False
