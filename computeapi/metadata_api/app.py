"""The WSGI application of the metadata service: OpenStack's and EC2's tree, and the password."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from computeapi import bootstrap, conf
from computeapi.domain.errors import Error, Invalid, NotFound
from computeapi.domain.guest_data import GuestData, ec2, openstack
from computeapi.metadata_api import requests
from computeapi.service.guest_metadata import MAX_PASSWORD, GuestMetadata

OPENSTACK = "openstack"
#: Returns the ids of the server, and of its project, that a request is of: see
#: :func:`computeapi.metadata_api.requests.identify`. The project is None where nothing names it.
Identify = Callable[[Mapping[str, Any]], tuple[str, str | None]]
_TEXT, _JSON = "text/plain; charset=utf-8", "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a guest."""

    body: bytes
    content_type: str = _TEXT
    status: int = 200


class MetadataApp:
    """Answers guests."""

    def __init__(self, guests: GuestMetadata, identify: Identify) -> None:
        self._guests = guests
        self._identify = identify

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        try:
            answer = self._answer(environ)
        except Error as error:
            answer = Answer(f"{error.message}\n".encode(), status=error.code)
        length = str(len(answer.body))
        headers = [("Content-Type", answer.content_type), ("Content-Length", length)]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        """Return the answer to a request.

        :raises Error: when there is none.
        """
        path = [name for name in environ.get("PATH_INFO", "").split("/") if name]
        if not path:
            return _lines([*ec2.VERSIONS, ec2.LATEST])
        server_id, project_id = self._identify(environ)
        if _is_password(path) and environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._keep_password(environ, server_id, project_id)
        data = self._guests.get(server_id, project_id)
        found = _openstack(data, path[1:]) if path[0] == OPENSTACK else _ec2(data, path)
        if found is None:
            raise NotFound("There is no such metadata.")
        return found

    def _keep_password(
        self, environ: dict[str, Any], server_id: str, project_id: str | None
    ) -> Answer:
        if environ["REQUEST_METHOD"] != "POST":
            raise Invalid("A password is read by GET and sent by POST.")
        body = environ["wsgi.input"].read(MAX_PASSWORD + 1)
        self._guests.set_password(server_id, project_id, body)
        return Answer(b"")


def _is_password(path: Sequence[str]) -> bool:
    """Return whether a path is that of the password, in a version that has one."""
    is_password = path[0] == OPENSTACK and list(path[2:]) == [openstack.PASSWORD]
    version = openstack.version_of(path[1]) if is_password else None
    return version is not None and openstack.has_password(version)


def _openstack(data: GuestData, path: Sequence[str]) -> Answer | None:
    """Return the answer to a path below ``/openstack``, or None."""
    if not path:
        return _lines([*openstack.VERSIONS, openstack.LATEST])
    version = openstack.version_of(path[0])
    if version is None:
        return None
    names = openstack.names(data, version)
    if len(path) == 1:
        return _lines(names)
    if len(path) > 2 or path[1] not in names:
        return None
    kind = _JSON if path[1].endswith(".json") else _TEXT
    return Answer(openstack.document(data, version, path[1]), kind)


def _ec2(data: GuestData, path: Sequence[str]) -> Answer | None:
    """Return the answer to a path of EC2's tree, or None."""
    version = ec2.version_of(path[0])
    if version is None:
        return None
    found = ec2.read(ec2.tree(data, version), path[1:])
    return None if found is None else Answer(found)


def _lines(names: Iterable[str]) -> Answer:
    return Answer("\n".join(names).encode())


def app_factory(global_conf: dict[str, str], **local_conf: str) -> MetadataApp:
    """Make the application for paste.deploy.

    :raises ValueError: when the configuration has no shared secret.
    """
    options = conf.load([global_conf["config_file"]])
    secret = options.metadata.metadata_proxy_shared_secret
    if not secret:
        raise ValueError("[metadata] metadata_proxy_shared_secret is not set")
    return MetadataApp(bootstrap.guest_metadata(options), partial(requests.identify, secret=secret))
