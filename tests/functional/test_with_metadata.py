"""The API and the metadata service of guests at one port, by the paste file and nothing else."""

from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from computeapi import conf as configuration
from computeapi import db
from computeapi.cmd import paste
from computeapi.metadata_api.requests import PROJECT, SERVER, SIGNATURE, sign

SHIPPED = Path(__file__).parents[2] / "etc" / "api-paste.ini"
SECRET, ID = "shared", "0d0c4b7e-5b2a-43c6-a6b1-b7b64b4e3b0c"


@pytest.fixture
def app(tmp_path: Path) -> Any:
    (tmp_path / "images").mkdir()
    file = tmp_path / "computeapi.conf"
    file.write_text(
        f"[DEFAULT]\nstate_path = {tmp_path}\n[images]\nbackend = folder\n"
        f"[metadata]\nmetadata_proxy_shared_secret = {SECRET}\n"
    )
    db.sync(configuration.load([str(file)]))
    text = SHIPPED.read_text().replace("computeapi#auth_token", "computeapi#noauth")
    (tmp_path / "api-paste.ini").write_text(text)
    return paste.load_app(configuration.load([str(file)]), "with_metadata")


def get(app: Any, path: str, **environ: str) -> tuple[str, str]:
    environ = {"SCRIPT_NAME": "", "PATH_INFO": path, **environ}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    body = b"".join(app(environ, lambda status, *_: statuses.append(status)))
    return statuses[0], body.decode()


def as_header(name: str) -> str:
    return "HTTP_" + name.upper().replace("-", "_")


def test_both_answer_each_below_its_own_paths(app: Any) -> None:
    caller = {"HTTP_X_AUTH_TOKEN": "alice:p1:member,reader"}
    assert get(app, "/v2.1/servers", **caller) == ("200 OK", '{"servers":[]}')
    assert get(app, "/")[0] == "200 OK"
    assert get(app, "/v2.1/metadata", **caller)[0] == "404 Not Found"
    assert "latest" in get(app, "/metadata/")[1].split()
    # A token of the API is none of the proxy that says which server a guest is.
    assert get(app, "/metadata/openstack", **caller)[0] == "400 Bad Request"
    told = {SERVER: ID, PROJECT: "p1", SIGNATURE: sign(SECRET, ID)}
    proxied = {as_header(name): value for name, value in told.items()}
    assert get(app, "/metadata/openstack", **proxied)[0] == "404 Not Found"
    forged = proxied | {as_header(SIGNATURE): sign("guessed", ID)}
    assert get(app, "/metadata/openstack", **forged)[0] == "403 Forbidden"
