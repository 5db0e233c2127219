"""``/`` and ``/v2.1``: which versions there are."""

import falcon

from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import versions as views


class Versions:
    """``/``."""

    anonymous = True

    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List versions."""
        resp.media = {"versions": [views.summary(req.links)]}


class Version:
    """``/v2.1``."""

    anonymous = True

    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """Show the version."""
        resp.media = {"version": views.detail(req.links)}
