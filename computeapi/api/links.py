"""Links to resources, as the caller reaches them (API reference, "Links and References")."""

from collections.abc import Iterable
from urllib.parse import urlencode

VERSION_PATH = "v2.1"


class Links:
    """Makes the links of one request.

    :param application_url: scheme, host and mount point that the request came by.
    :param prefix: the public scheme, host and path, where a proxy hides them; wins.
    """

    __slots__ = ("_base",)

    def __init__(self, application_url: str, prefix: str | None = None) -> None:
        self._base = (prefix or application_url).rstrip("/")

    @property
    def root(self) -> str:
        """The URL of the version document of v2.1."""
        return f"{self._base}/{VERSION_PATH}/"

    def self_link(self, collection: str, resource_id: str) -> str:
        """Return a resource's URL with the API's version in it."""
        return f"{self._base}/{VERSION_PATH}/{collection}/{resource_id}"

    def bookmark(self, collection: str, resource_id: str) -> str:
        """Return a resource's URL without the API's version."""
        return f"{self._base}/{collection}/{resource_id}"

    def next_page(self, path: str, params: Iterable[tuple[str, str]], marker: str) -> str:
        """Return the URL of the next page.

        :param path: of this page, behind the API's version, e.g. ``servers/detail``.
        :param params: the query of this page; its marker is replaced.
        """
        query = [(k, v) for k, v in params if k != "marker"]
        return f"{self._base}/{VERSION_PATH}/{path}?{urlencode([*query, ('marker', marker)])}"
