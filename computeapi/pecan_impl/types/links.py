"""Links, and references: documents of an id and links alone."""

from functools import lru_cache
from typing import Any

from wsme.types import Unset, UnsetType

from computeapi.api.links import Links
from computeapi.api.queries import Pairs
from computeapi.domain.paging import Page
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType


class Link(ResponseType):
    """A link."""

    href = str
    rel = str
    type = ResponseField(str, optional=True)


class Reference(ResponseType):
    """Another resource, named by id."""

    id = str
    links = [Link]


def reference(links: Links, collection: str, resource_id: str) -> Reference:
    """Return a reference to a resource, which others may hold as well."""
    return _reference(resource_id, links.bookmark(collection, resource_id))


@lru_cache(maxsize=1024)  # flavors and images are few
def _reference(resource_id: str, href: str) -> Reference:
    return Reference(id=resource_id, links=[Link(href=href, rel="bookmark")])


def resource_links(links: Links, collection: str, resource_id: str) -> list[Link]:
    """Return the links of a resource."""
    return [
        Link(href=links.self_link(collection, resource_id), rel="self"),
        Link(href=links.bookmark(collection, resource_id), rel="bookmark"),
    ]


def next_links(links: Links, path: str, query: Pairs, page: Page[Any]) -> list[Link] | UnsetType:
    """Return the link to the next page, or Unset when this is the last.

    :param path: of this page, behind the API's version.
    :param query: of this page.
    """
    if not (page.more and page.items):
        return Unset
    href = links.next_page(path, query, page.items[-1].id)
    return [Link(href=href, rel="next")]
