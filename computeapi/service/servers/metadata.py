"""The metadata of servers."""

from collections.abc import Callable, Mapping

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound, QuotaExceeded
from computeapi.domain.servers import actions
from computeapi.policies.servers import metadata as rules
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import Acceptance, require_unlocked

#: Returns the new metadata of a server.
Change = Callable[[Mapping[str, str]], dict[str, str]]


class Metadata:
    """List and change the metadata of servers."""

    def __init__(self, acceptance: Acceptance, quotas: QuotaReader) -> None:
        self._acceptance = acceptance
        self._quotas = quotas

    def list(self, context: Context, server_id: str) -> dict[str, str]:
        """Return the metadata of a server.

        :raises NotFound: when there is no server that the caller may know of.
        """
        return self._acceptance.read(context, server_id, rules.INDEX).metadata

    def get(self, context: Context, server_id: str, key: str) -> str:
        """Return the value of a metadata item.

        :raises NotFound: when there is no such server or item.
        """
        metadata = self._acceptance.read(context, server_id, rules.SHOW).metadata
        if key not in metadata:
            raise _not_found()
        return metadata[key]

    def update(self, context: Context, server_id: str, items: Mapping[str, str]) -> dict[str, str]:
        """Add items, or give new values to those that are there; return all metadata.

        :raises NotFound: when there is no server that the caller may know of.
        :raises QuotaExceeded: when the server would have too many items.
        :raises Conflict: when the server's state or its lock forbids it.
        """
        return self._change(context, server_id, rules.CREATE, lambda old: {**old, **items})

    def replace(self, context: Context, server_id: str, items: Mapping[str, str]) -> dict[str, str]:
        """Replace all metadata, and return it.

        :raises: as :meth:`update`.
        """
        return self._change(context, server_id, rules.UPDATE_ALL, lambda _old: dict(items))

    def set(self, context: Context, server_id: str, key: str, value: str) -> None:
        """Add an item, or give it a new value.

        :raises: as :meth:`update`.
        """
        self._change(context, server_id, rules.UPDATE, lambda old: {**old, key: value})

    def delete(self, context: Context, server_id: str, key: str) -> None:
        """Remove an item.

        :raises NotFound: when there is no such server or item.
        :raises Conflict: when the server's state or its lock forbids it.
        """

        def without(old: Mapping[str, str]) -> dict[str, str]:
            if key not in old:
                raise _not_found()
            return {name: value for name, value in old.items() if name != key}

        self._change(context, server_id, rules.DELETE, without)

    def _change(
        self, context: Context, server_id: str, rule: str, change: Change
    ) -> dict[str, str]:
        with self._acceptance.db.write() as tx:
            server = self._acceptance.load(tx, context, server_id, rule, lock=True)
            require_unlocked(context, server, actions.UPDATE_METADATA)
            metadata = change(server.metadata)
            limit = self._quotas.of_user(tx, server.project_id, server.user_id).metadata_items
            if 0 <= limit < len(metadata):
                raise QuotaExceeded(f"Maximum number of metadata items exceeds {limit}")
            server.require_state(actions.UPDATE_METADATA)
            server.metadata, server.updated_at = metadata, tx.now()
            tx.servers.save(server)
        return metadata


def _not_found() -> NotFound:
    return NotFound("Metadata item was not found")
