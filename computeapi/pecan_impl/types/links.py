"""Links, and what has nothing but an id and links."""

from typing import Any

import pecan
from wsme.types import Unset, UnsetType

from computeapi.pecan_impl.types.writing import Output


class Link(Output):
    """A link."""

    href = str
    rel = str
    type = str


class Reference(Output):
    """Another resource, named by id."""

    id = str
    links = [Link]

    @classmethod
    def to(cls, collection: str, resource_id: str) -> "Reference":
        """Return a reference to a resource."""
        href = pecan.request.links.bookmark(collection, resource_id)
        return cls(id=resource_id, links=[Link(href=href, rel="bookmark")])


def of(collection: str, resource_id: str) -> list[Link]:
    """Return the links of a resource."""
    links = pecan.request.links
    return [
        Link(href=links.self_link(collection, resource_id), rel="self"),
        Link(href=links.bookmark(collection, resource_id), rel="bookmark"),
    ]


def to_next(path: str, page: Any) -> list[Link] | UnsetType:
    """Return the link to the next page, or Unset when this is the last.

    :param path: of this page, behind the API's version.
    """
    if not (page.more and page.items):
        return Unset
    request = pecan.request
    href = request.links.next_page(path, request.query.items(), page.items[-1].id)
    return [Link(href=href, rel="next")]
