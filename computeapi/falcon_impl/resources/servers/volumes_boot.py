"""``/os-volumes_boot``: an alias of ``/servers`` and of some paths below it."""

from collections.abc import Callable

from computeapi.api.servers.changes import VOLUMES_BOOT
from computeapi.api.servers.volumes_boot import ACTIONS
from computeapi.falcon_impl.actions import Actions
from computeapi.falcon_impl.hooks import limit


class AliasResource:
    """A resource with the responders of another one, while the alias is there.

    :param suffix: of the responders, as in Falcon's ``add_route``; None for those without.
    """

    def __init__(self, resource: object, suffix: str | None = None) -> None:
        end = f"_{suffix}" if suffix else ""
        for method in ("get", "post", "put", "delete"):
            respond: Callable[..., None] | None = getattr(resource, f"on_{method}{end}", None)
            if respond is not None:
                setattr(self, f"on_{method}", limit(respond, VOLUMES_BOOT))


class AliasActions(Actions):
    """The actions of a server that the alias has."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions = {
            name: (requested._replace(span=requested.span & VOLUMES_BOOT), respond)
            for name, (requested, respond) in actions.actions.items()
            if name in ACTIONS
        }
