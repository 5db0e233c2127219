"""The records of moves."""

from wsme.types import Unset

from computeapi.api import migrations as facts
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import migrations as types
from computeapi.pecan_impl.types.links import Link


class MigrationsController(Resource):
    """``/os-migrations``."""

    @expose(types.Migrations, query=facts.QUERY)
    def get(self) -> types.Migrations:
        """List the moves of servers."""
        request = current()
        max_limit = request.services.conf.api.max_limit
        wanted = facts.list_request(request.values, request.version, max_limit)
        page = request.services.migrations.list(
            request.context, wanted.filters, wanted.limit, wanted.marker, wanted.newest_first
        )
        following = Unset
        if page.more and page.items and request.version in facts.UUID:
            href = request.links.next_page("os-migrations", request.pairs, page.items[-1].uuid)
            following = [Link(href=href, rel="next")]
        entries = [types.Migration.of(migration, request.links) for migration in page.items]
        return types.Migrations(migrations=entries, migrations_links=following)
