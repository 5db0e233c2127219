"""Compare copies of Pecan: ``python measure.py pecan-1.8.0 pecan-patched ...``.

Each argument is a folder with the package ``pecan`` in it, as an unpacked release has. Needs what
Pecan needs (WebOb, Mako, setuptools) and nothing of computeapi. Prints the CPU time of a request
in µs (the median of the rounds) and its ratio to the first copy's (the median of the ratios). The
copies take turns in every round, so that a disturbance of the machine meets all of them.
"""

import io
import statistics
import subprocess
import sys
import time
from typing import Any

ROUNDS = 9
CPU_SECONDS = 0.1
#: An index method, object dispatch three levels deep, an item of a RestController.
PATHS = {"index": "/", "dispatch": "/v1/sub/", "rest": "/v1/things/5"}


def application() -> Any:
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


def get(app: Any, path: str) -> None:
    """Make a request.

    :raises RuntimeError: when it is not answered with 200.
    """
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    statuses: list[str] = []
    b"".join(app(environ, lambda status, headers, error=None: statuses.append(status)))
    if statuses != ["200 OK"]:
        raise RuntimeError(f"{path}: {statuses}")


def serve(folder: str) -> None:
    """Measure whatever comes in: a path a line, answered with µs a request."""
    sys.path.insert(0, folder)
    app = application()
    for line in sys.stdin:
        path, count = line.strip(), 0
        get(app, path)
        began = time.process_time()
        while (took := time.process_time() - began) < CPU_SECONDS:
            get(app, path)
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
    for name, path in PATHS.items():
        rounds = [[ask(copy, path) for copy in copies] for _ in range(ROUNDS + 1)][1:]
        for number, folder in enumerate(folders):
            middle = statistics.median(one[number] for one in rounds)
            ratio = statistics.median(one[number] / one[0] for one in rounds)
            print(f"{name:9} {folder:24} {middle:7.0f} µs  {ratio:5.2f}")
    for copy in copies:
        copy.communicate()


def ask(copy: "subprocess.Popen[str]", path: str) -> float:
    """Return what a copy takes for a request, µs."""
    copy.stdin.write(f"{path}\n")
    copy.stdin.flush()
    return float(copy.stdout.readline())


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        compare(sys.argv[1:])
