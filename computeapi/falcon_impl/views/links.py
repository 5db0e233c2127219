"""Links as response bodies show them (API reference, "Links and References")."""

from computeapi.api.links import Links
from computeapi.falcon_impl.request import Request

Link = dict[str, str]


def bookmark(links: Links, collection: str, resource_id: str) -> list[Link]:
    """Return the one link that a mention of a resource carries."""
    return [{"rel": "bookmark", "href": links.bookmark(collection, resource_id)}]


def resource(links: Links, collection: str, resource_id: str) -> list[Link]:
    """Return the links that a resource's own document carries."""
    return [
        {"rel": "self", "href": links.self_link(collection, resource_id)},
        {"rel": "bookmark", "href": links.bookmark(collection, resource_id)},
    ]


def next_page(req: Request, path: str, marker: str) -> list[Link]:
    """Return the link from a page of a list to the next one.

    :param path: of this page, behind the API's version.
    :param marker: the id of this page's last item.
    """
    return [{"rel": "next", "href": req.links.next_page(path, req.pairs, marker)}]
