"""Links to resources, as the caller reaches them (API reference, "Links and References")."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, urlencode

VERSION_PATH = "v2.1"
#: The path of the API without microversions.
LEGACY_VERSION_PATH = "v2"
#: The environ key of the path that a request came by: a version, and maybe a project id.
ENVIRON_KEY = "computeapi.version_and_project"


class Links:
    """Makes the links of requests that came by one path; nothing in it changes.

    :param application_url: scheme, host and mount point that the request came by.
    :param prefix: the public scheme, host and path, where a proxy hides them; wins.
    :param path: the version, and the project id if the request's path has one: ``v2.1/PROJECT``.
    """

    __slots__ = ("_base", "_bookmarks", "_selves")

    def __init__(
        self, application_url: str, prefix: str | None = None, path: str = VERSION_PATH
    ) -> None:
        self._base = (prefix or application_url).rstrip("/")
        _, slash, project_id = path.partition("/")
        self._bookmarks = f"{self._base}{slash}{quote(project_id)}"
        self._selves = f"{self._base}/{quote(path)}"

    @property
    def base(self) -> str:
        """The URL of the service, without a slash at the end."""
        return self._base

    def version(self, path: str) -> str:
        """Return the URL of a version document.

        :param path: of the version: ``v2`` or ``v2.1``.
        """
        return f"{self._base}/{path}/"

    def self_link(self, collection: str, resource_id: str) -> str:
        """Return a resource's URL with the API's version in it."""
        return f"{self._selves}/{collection}/{resource_id}"

    def bookmark(self, collection: str, resource_id: str) -> str:
        """Return a resource's URL without the API's version."""
        return f"{self._bookmarks}/{collection}/{resource_id}"

    @staticmethod
    @lru_cache(maxsize=256)
    def of(application_url: str, prefix: str | None, path: str) -> "Links":
        """Return the links of a request, made once for all that came the same way.

        :param application_url: and the others: as of the class.
        """
        return Links(application_url, prefix, path)

    def next_page(self, path: str, params: Iterable[tuple[str, str]], marker: str) -> str:
        """Return the URL of the next page.

        :param path: of this page, behind the API's version, e.g. ``servers/detail``.
        :param params: the query of this page; its marker is replaced.
        """
        query = [(k, v) for k, v in params if k != "marker"]
        return f"{self._selves}/{path}?{urlencode([*query, ('marker', marker)])}"
