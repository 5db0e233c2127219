"""Compare copies of a framework: ``python measure.py pecan FOLDER ...``, or ``falcon``.

Each folder has the package in it, as an unpacked release has; the first is what the others are
compared with. Needs what the framework needs (Pecan: WebOb, Mako, setuptools; Falcon: jsonschema)
and nothing of computeapi. Prints the CPU time of a request in µs (the median of the rounds) and
its ratio to the first copy's (the median of the ratios). The copies take turns in every round, so
that a disturbance of the machine meets all of them.
"""

import io
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

ROUNDS = 9
CPU_SECONDS = 0.1
_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}
SCHEMA = {
    "type": "object",
    "properties": {
        "server": {
            "type": "object",
            "properties": {
                **dict.fromkeys(("name", "imageRef", "flavorRef", "key_name", "user_data"), _TEXT),
                "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["name", "flavorRef"],
            "additionalProperties": False,
        }
    },
    "required": ["server"],
    "additionalProperties": False,
}
BODY = json.dumps({"server": {"name": "a", "flavorRef": "1", "metadata": {"a": "b"}}}).encode()


def with_pecan() -> Any:
    """Return a small application, with the Pecan that is imported."""
    import pecan  # noqa: PLC0415 - only the processes that are measured import it
    from pecan.rest import RestController  # noqa: PLC0415

    class Things(RestController):
        @pecan.expose("json")
        def get_one(self, name: str) -> dict[str, str]:
            return {"name": name}

    class Plain:
        @pecan.expose("json")
        def index(self) -> dict[str, str]:
            return {"hello": "world"}

    v1, root = Plain(), Plain()
    v1.sub, v1.things, root.v1 = Plain(), Things(), v1
    return pecan.make_app(root, debug=False)


def with_falcon() -> Any:
    """Return a small application, with the Falcon that is imported."""
    import falcon  # noqa: PLC0415 - only the processes that are measured import it
    from falcon.media.validators import jsonschema  # noqa: PLC0415

    class Servers:
        @jsonschema.validate(SCHEMA)
        def on_post(self, req: Any, resp: Any) -> None:
            """Do nothing."""

    app = falcon.App()
    app.add_route("/servers", Servers())
    return app


class Framework(NamedTuple):
    """An application, and requests to it: what they show -> method, path and body."""

    application: Callable[[], Any]
    requests: Mapping[str, tuple[str, str, bytes]]


FRAMEWORKS = {
    "pecan": Framework(
        with_pecan,
        {
            "index": ("GET", "/", b""),
            "object dispatch": ("GET", "/v1/sub/", b""),
            "RestController": ("GET", "/v1/things/5", b""),
        },
    ),
    "falcon": Framework(with_falcon, {"jsonschema": ("POST", "/servers", BODY)}),
}


def send(app: Any, method: str, path: str, body: bytes) -> None:
    """Make a request.

    :raises RuntimeError: when it is not answered with 200.
    """
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    statuses: list[str] = []
    b"".join(app(environ, lambda status, headers, error=None: statuses.append(status)))
    if statuses != ["200 OK"]:
        raise RuntimeError(f"{method} {path}: {statuses}")


def serve(name: str, folder: str) -> None:
    """Measure whatever comes in: the name of a request a line, answered with µs a request."""
    sys.path.insert(0, folder)
    framework = FRAMEWORKS[name]
    app = framework.application()
    for line in sys.stdin:
        request, count = framework.requests[line.strip()], 0
        send(app, *request)
        began = time.process_time()
        while (took := time.process_time() - began) < CPU_SECONDS:
            send(app, *request)
            count += 1
        print(took / count * 1e6, flush=True)


def compare(name: str, folders: list[str]) -> None:
    """Measure the copies in turns, and print what came of it."""
    copies = [
        subprocess.Popen(
            [sys.executable, __file__, "--serve", name, folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for folder in folders
    ]  # fmt: skip
    for request in FRAMEWORKS[name].requests:
        rounds = [[ask(copy, request) for copy in copies] for _ in range(ROUNDS + 1)][1:]
        for number, folder in enumerate(folders):
            middle = statistics.median(one[number] for one in rounds)
            ratio = statistics.median(one[number] / one[0] for one in rounds)
            print(f"{request:15} {folder:24} {middle:7.0f} µs  {ratio:6.3f}")
    for copy in copies:
        copy.communicate()


def ask(copy: "subprocess.Popen[str]", request: str) -> float:
    """Return what a copy takes for a request, µs."""
    copy.stdin.write(f"{request}\n")
    copy.stdin.flush()
    return float(copy.stdout.readline())


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(*sys.argv[2:])
    else:
        compare(sys.argv[1], sys.argv[2:])
