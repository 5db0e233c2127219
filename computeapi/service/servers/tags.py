"""The tags of servers."""

from collections.abc import Callable, Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound
from computeapi.domain.servers import actions
from computeapi.policies.servers import tags as rules
from computeapi.service.servers.acceptance import Acceptance

#: The most tags that a server may have.
MAX_TAGS = 50


class Tags:
    """List and change the tags of servers (API reference, "Server tags")."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def list(self, context: Context, server_id: str) -> Sequence[str]:
        """Return the tags of a server.

        :raises NotFound: when there is no server that the caller may know of.
        """
        return self._acceptance.read(context, server_id, rules.INDEX).tags

    def require(self, context: Context, server_id: str, tag: str) -> None:
        """Check that a server has a tag.

        :raises NotFound: when there is no such server, or it lacks the tag.
        """
        if tag not in self._acceptance.read(context, server_id, rules.SHOW).tags:
            raise _not_found(server_id, tag)

    def add(self, context: Context, server_id: str, tag: str) -> bool:
        """Add a tag to a server; return whether the tag is new to it.

        :raises NotFound: when there is no server that the caller may know of.
        :raises Invalid: when the server would have too many tags.
        :raises Conflict: when the server's state forbids it.
        """
        is_new = False

        def with_tag(old: Sequence[str]) -> Sequence[str]:
            nonlocal is_new
            is_new = tag not in old
            return [*old, tag] if is_new else old

        self._change(context, server_id, rules.UPDATE, with_tag)
        return is_new

    def replace(self, context: Context, server_id: str, tags: Sequence[str]) -> Sequence[str]:
        """Replace the tags of a server, and return them.

        :raises: as :meth:`add`.
        """
        unique = list(dict.fromkeys(tags))
        return self._change(context, server_id, rules.UPDATE_ALL, lambda _old: unique)

    def delete(self, context: Context, server_id: str, tag: str) -> None:
        """Remove a tag from a server.

        :raises NotFound: when there is no such server, or it lacks the tag.
        :raises Conflict: when the server's state forbids it.
        """

        def without(old: Sequence[str]) -> Sequence[str]:
            if tag not in old:
                raise _not_found(server_id, tag)
            return [other for other in old if other != tag]

        self._change(context, server_id, rules.DELETE, without)

    def delete_all(self, context: Context, server_id: str) -> None:
        """Remove the tags of a server.

        :raises NotFound: when there is no server that the caller may know of.
        :raises Conflict: when the server's state forbids it.
        """
        self._change(context, server_id, rules.DELETE_ALL, lambda _old: [])

    def _change(
        self,
        context: Context,
        server_id: str,
        rule: str,
        change: Callable[[Sequence[str]], Sequence[str]],
    ) -> Sequence[str]:
        with self._acceptance.db.write() as tx:
            server = self._acceptance.load(tx, context, server_id, rule, lock=True)
            server.require_state(actions.UPDATE_TAGS)
            tags = change(server.tags)
            check_tags(tags)
            server.tags = [*tags]
            server.updated_at = tx.now()
            tx.servers.save(server)
        return tags


def check_tags(tags: Sequence[str]) -> None:
    """Check the tags of a server.

    :raises Invalid: when there are too many, or one that cannot be kept.
    """
    if len(tags) > MAX_TAGS:
        raise Invalid(f"The number of tags exceeded the per-server limit {MAX_TAGS}")
    if any("\0" in tag for tag in tags):
        raise Invalid("Invalid input for field tags: a tag holds a NUL character.")


def _not_found(server_id: str, tag: str) -> NotFound:
    return NotFound(f"Server {server_id} has no tag '{tag}'")
