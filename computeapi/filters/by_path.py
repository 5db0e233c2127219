"""Several applications as one, chosen by the path: for a migration resource by resource.

In ``api-paste.ini``, behind the filters::

    [composite:migrating]
    use = egg:computeapi#by_path
    / = pecan
    /v2.1/flavors = falcon
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from computeapi.api.faults import WSGIApp


class ByPath:
    """A WSGI application that hands each request to the one whose path its own begins with.

    The path stays whole, where ``egg:Paste#urlmap`` would cut it: every application routes, and
    makes links, as if it had all paths to itself.

    :param apps: path -> application. The longest path that fits counts, and ``/`` fits all.
    :raises ValueError: when there is none for ``/``.
    """

    def __init__(self, apps: Mapping[str, WSGIApp]) -> None:
        known = {path.rstrip("/"): app for path, app in apps.items()}
        if "" not in known:
            raise ValueError("by_path needs an application for /, which all other paths lead to")
        self._other = known.pop("")
        self._known = sorted(known.items(), key=lambda item: len(item[0]), reverse=True)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "")
        for known, app in self._known:
            if path == known or path.startswith(f"{known}/"):
                return app(environ, start_response)
        return self._other(environ, start_response)


def composite_factory(loader: Any, global_conf: dict[str, str], **apps: str) -> ByPath:
    """Make the application for paste.deploy.

    :param apps: path -> the name of an application's section.
    :raises ValueError: when there is none for ``/``.
    """
    return ByPath(
        {path: loader.get_app(name, global_conf=global_conf) for path, name in apps.items()}
    )
