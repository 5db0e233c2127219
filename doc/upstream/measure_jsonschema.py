"""Compare copies of Falcon: ``python measure_jsonschema.py falcon-4.4.0 falcon-patched ...``.

Each argument is a folder with the package ``falcon`` in it, as an unpacked release has. Needs
jsonschema and nothing of computeapi. Prints the CPU time of a POST whose body is validated, in µs
(the median of the rounds), and its ratio to the first copy's (the median of the ratios). The copies
take turns in every round, so that a disturbance of the machine meets all of them.
"""

import io
import json
import statistics
import subprocess
import sys
import time
from typing import Any

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


def application() -> Any:
    """Return a small application, with the Falcon that is imported."""
    import falcon  # noqa: PLC0415 - only the processes that are measured import it
    from falcon.media.validators import jsonschema  # noqa: PLC0415

    class Servers:
        @jsonschema.validate(SCHEMA)
        def on_post(self, req: Any, resp: Any) -> None:
            """Do nothing."""

    app = falcon.App()
    app.add_route("/", Servers())
    return app


def post(app: Any) -> None:
    """Make a request.

    :raises RuntimeError: when it is not answered with 200.
    """
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(BODY)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(BODY),
        "wsgi.errors": sys.stderr,
    }
    statuses: list[str] = []
    b"".join(app(environ, lambda status, headers, error=None: statuses.append(status)))
    if statuses != ["200 OK"]:
        raise RuntimeError(statuses)


def serve(folder: str) -> None:
    """Measure at each line that comes in: answered with µs a request."""
    sys.path.insert(0, folder)
    app = application()
    for _ in sys.stdin:
        post(app)
        count, began = 0, time.process_time()
        while (took := time.process_time() - began) < CPU_SECONDS:
            post(app)
            count += 1
        print(took / count * 1e6, flush=True)


def compare(folders: list[str]) -> None:
    """Measure the copies in turns, and print what came of it."""
    copies = [
        subprocess.Popen(
            [sys.executable, __file__, "--serve", folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for folder in folders
    ]  # fmt: skip
    rounds = [[ask(copy) for copy in copies] for _ in range(ROUNDS + 1)][1:]
    for number, folder in enumerate(folders):
        middle = statistics.median(one[number] for one in rounds)
        ratio = statistics.median(one[number] / one[0] for one in rounds)
        print(f"{folder:24} {middle:7.0f} µs  {ratio:6.3f}")
    for copy in copies:
        copy.communicate()


def ask(copy: "subprocess.Popen[str]") -> float:
    """Return what a copy takes for a request, µs."""
    copy.stdin.write("\n")
    copy.stdin.flush()
    return float(copy.stdout.readline())


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        compare(sys.argv[1:])
