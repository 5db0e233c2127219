"""``/``, ``/v2.1`` and ``/v2``, and ``/versions`` below these: which versions there are."""

import falcon

from computeapi.api.versions import MAJOR_VERSIONS, MajorVersion, major_version
from computeapi.falcon_impl.declarations import answers
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import versions as views


class VersionsResource:
    """``/``."""

    anonymous = True

    @answers(200, views.VERSIONS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List versions."""
        resp.media = {"versions": [views.summary(v, req.links) for v in MAJOR_VERSIONS]}


class VersionResource:
    """``/v2.1`` or ``/v2``.

    :param version: which one.
    """

    anonymous = True

    def __init__(self, version: MajorVersion) -> None:
        self._version = version

    @answers(200, views.VERSION)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """Show the version."""
        resp.media = {"version": views.detail(self._version, req.links)}


class VersionByIdResource:
    """``/v2.1/versions/{version_id}``."""

    @answers(200, views.VERSION)
    def on_get(self, req: Request, resp: falcon.Response, version_id: str) -> None:
        """Show a version."""
        resp.media = {"version": views.detail(major_version(version_id), req.links)}
