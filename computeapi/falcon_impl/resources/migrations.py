"""``/os-migrations``."""

import falcon

from computeapi.api import migrations as facts
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import links
from computeapi.falcon_impl.views import migrations as views
from computeapi.service import migrations


class MigrationsResource:
    """``/os-migrations``.

    :param max_limit: the most records of a page.
    """

    def __init__(self, service: migrations.Migrations, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=facts.QUERY)
    @answers(200, views.ENTRIES)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List the moves of servers."""
        wanted = facts.list_request(req.values, req.version, self._max_limit)
        page = self._service.list(
            req.context, wanted.filters, wanted.limit, wanted.marker, wanted.newest_first
        )
        entries = [views.entry(one, req.version, req.links) for one in page.items]
        document: dict[str, object] = {"migrations": entries}
        if page.more and page.items and req.version in facts.UUID:
            following = links.next_page(req, "os-migrations", page.items[-1].uuid)
            document["migrations_links"] = following
        resp.media = document
