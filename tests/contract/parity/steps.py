"""The requests of the script that both front ends answer."""

from typing import Any, NamedTuple

from computeapi.api.versions import MAX

IMAGE = "11111111-1111-4111-8111-111111111111"
NOBODY = "11111111-1111-4111-8111-111111111119"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a@b"
MEMBER, READER, OTHER = "alice:p1:member,reader", "rita:p1:reader", "bob:p2:member,reader"
ADMIN = "root:ops:admin,member,reader"
NEWEST = str(MAX)


class Step(NamedTuple):
    """A request. ``$NAME`` in its URL stands for the id that an earlier step saved as NAME."""

    method: str
    url: str
    body: Any = None
    token: str = MEMBER
    version: str | None = None
    save: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def new(**fields: Any) -> dict[str, Any]:
    """Return the body of a request for a server."""
    return {"server": {"name": "web", "imageRef": IMAGE, "flavorRef": "42"} | fields}


def flavor(**fields: Any) -> dict[str, Any]:
    """Return the body of a request for a flavor."""
    return {"flavor": {"name": "f", "ram": 64, "vcpus": 1, "disk": 1} | fields}


def keypair(**fields: Any) -> dict[str, Any]:
    """Return the body of a request for a keypair."""
    return {"keypair": {"name": "k", "public_key": KEY} | fields}


WORK = Step("POST", "/-/work")
VNC = {"remote_console": {"protocol": "vnc", "type": "novnc"}}
SERVERS, ACTION = "/v2.1/servers", "/v2.1/servers/$web/action"
