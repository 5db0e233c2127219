"""What the auth_token filter adds to a request: without it, as it comes, and with tokens kept.

``python -m bench.auth_token [--rounds N] [--tokens N]`` starts a Keystone of its own, sends
requests through the filter in front of an application that does nothing, and prints the medians.
"""

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

from bench.identity import Identity
from computeapi.api.faults import WSGIApp
from computeapi.filters.auth_token import AuthToken

_REQUESTS = 2_000  # that a round sends to each
#: name -> the filter's option "fast"; None is no filter at all
_MODES = {"none": None, "stock": "false", "fast": "true"}


def _nothing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def _start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> None:
    if status != "200 OK":
        raise RuntimeError(f"The filter refused the token: {status}")


def _environ(token: str) -> dict[str, Any]:
    """Return what eventlet makes of a request of openstackclient, as far as it matters here."""
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "RAW_PATH_INFO": "/v2.1/servers",
        "PATH_INFO": "/v2.1/servers", "QUERY_STRING": "", "CONTENT_TYPE": "text/plain",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8774", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "50000", "GATEWAY_INTERFACE": "CGI/1.1",
        "HTTP_HOST": "127.0.0.1:8774", "HTTP_USER_AGENT": "openstacksdk/4.22.0",
        "HTTP_ACCEPT": "application/json", "HTTP_ACCEPT_ENCODING": "gzip, deflate",
        "HTTP_CONNECTION": "keep-alive", "HTTP_X_AUTH_TOKEN": token,
        "HTTP_OPENSTACK_API_VERSION": "compute 2.100", "wsgi.url_scheme": "http",
    }  # fmt: skip


def _filter(identity: Identity, folder: Path, fast: str) -> AuthToken:
    config = folder / "computeapi.conf"
    lines = (f"{name} = {value}" for name, value in identity.options.items())
    config.write_text("\n".join(["[keystone_authtoken]", *lines]))
    return AuthToken(
        _nothing,
        {
            "oslo_config_project": "computeapi",
            "oslo_config_file": str(config),
            "include_service_catalog": "false",
            "fast": fast,
        },
    )


def _microseconds(app: WSGIApp, environ: dict[str, Any]) -> float:
    """Return the CPU time of a request."""
    environs = [dict(environ) for _ in range(_REQUESTS)]
    began = time.process_time_ns()
    for each in environs:
        b"".join(app(each, _start))
    return (time.process_time_ns() - began) / _REQUESTS / 1e3


def measure(identity: Identity, folder: Path, rounds: int, tokens: int) -> dict[str, list[float]]:
    """Return each mode's CPU times of a request, µs: one a round, the modes taking turns.

    :param tokens: that the filters know.
    """
    apps = {
        name: _filter(identity, folder, fast) if fast else _nothing for name, fast in _MODES.items()
    }
    environs = [_environ(identity.token("reading")) for _ in range(tokens)]
    for app in apps.values():
        for environ in environs:
            app(dict(environ), _start)
    found: dict[str, list[float]] = {name: [] for name in apps}
    for _ in range(rounds):
        for name, app in apps.items():
            found[name].append(_microseconds(app, environs[0]))
    return found


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m bench.auth_token", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="default: 9")
    parser.add_argument("--tokens", type=int, default=1, help="known at the time (default: 1)")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as name:
        identity = Identity(Path(name))
        try:
            identity.start()
            found = measure(identity, Path(name), args.rounds, args.tokens)
        finally:
            identity.stop()
    floor = median(found["none"])
    print("mode    added us of CPU per request: median (least to most)")
    for mode in ("stock", "fast"):
        added = sorted(value - floor for value in found[mode])
        print(f"{mode:7} {median(added):7.1f} ({added[0]:.1f} to {added[-1]:.1f})")


if __name__ == "__main__":
    main()
