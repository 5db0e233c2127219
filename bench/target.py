"""The process in which a variant is called, without any HTTP: ``python -m bench.target TOLD``.

Nova's virtualenv runs it, too: only the standard library is imported here.
"""

import gc
import json
import os
import sys
import time
from io import BytesIO
from statistics import median
from typing import Any, TextIO
from urllib.parse import quote

_BASE = {
    "SCRIPT_NAME": "",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8774",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_HOST": "127.0.0.1:8774",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class WrongAnswerError(Exception):
    """A request was answered otherwise than the scenario says."""


class Call:
    """A request, ready to be made again and again.

    :param told: see :meth:`bench.scenarios.Request.told`.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        self._body = told["body"].encode()
        self._expected = str(told["status"])
        environ = {
            **_BASE,
            "REQUEST_METHOD": told["method"],
            "PATH_INFO": told["path"],
            "RAW_URI": quote(told["path"]),
            "QUERY_STRING": told["query"],
            "CONTENT_LENGTH": str(len(self._body)),
        }
        for name, value in told["headers"].items():
            key = name.upper().replace("-", "_")
            environ["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        self._environ = environ

    def make(self, app: Any) -> bytes:
        """Make the call and return the body of the answer.

        :raises WrongAnswerError: when the status is not the one expected.
        """
        statuses: list[str] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            statuses.append(status)

        environ = dict(self._environ)
        environ["wsgi.input"] = BytesIO(self._body)
        answer = app(environ, start_response)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if statuses[-1][:3] != self._expected:
            said = f"{self._told['method']} {self._told['path']}: {statuses[-1]}"
            raise WrongAnswerError(f"{said} instead of {self._expected}: {body[:300]!r}")
        return body


def repeat(app: Any, calls: list[Call], seconds: float, least: int) -> dict[str, Any]:
    """Make calls in turn, for so many seconds of CPU time and at least so many of them.

    :return: per call: ``cpu_us`` of this process, and the median ``wall_us``.
    """
    walls = []
    began = time.process_time()
    while True:
        for call in calls:
            before = time.perf_counter()
            call.make(app)
            walls.append(time.perf_counter() - before)
            if len(walls) >= least and time.process_time() - began >= seconds:
                cpu = time.process_time() - began
                return _figures(cpu, walls)


def once(app: Any, calls: list[Call]) -> dict[str, Any]:
    """Make each call one time."""
    walls, bodies = [], []
    began = time.process_time()
    for call in calls:
        before = time.perf_counter()
        bodies.append(call.make(app))
        walls.append(time.perf_counter() - before)
    cpu = time.process_time() - began
    return _figures(cpu, walls)


def _figures(cpu: float, walls: list[float]) -> dict[str, Any]:
    return {
        "count": len(walls),
        "cpu_us": cpu / len(walls) * 1e6,
        "wall_us": median(walls) * 1e6,
    }


def _do(app: Any, question: dict[str, Any]) -> Any:
    calls = [Call(told) for told in question["requests"]]
    if question["do"] == "repeat":
        return repeat(app, calls, question["seconds"], question["least"])
    if question["do"] == "once":
        return once(app, calls)
    if question["do"] == "break down":
        from bench import spans  # noqa: PLC0415 - only here it is needed

        return spans.measure(app, calls, question["count"])
    return [call.make(app).decode() for call in calls]


def serve(app: Any, questions: TextIO, answers: TextIO) -> None:
    """Answer questions until there are no more."""
    for line in questions:
        try:
            answer = _do(app, json.loads(line))
        except Exception as error:  # whatever it is, the other side shall know
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """Load the variant, answer the first request, and then what is asked for."""
    told = json.loads(sys.argv[1])
    del sys.argv[1:]
    # What the variant prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if told.get("spans"):
        from bench import spans  # noqa: PLC0415

        spans.install(told["variant"])
    from bench import variants  # noqa: PLC0415

    app = variants.load(told)
    if told.get("first"):
        Call(told["first"]).make(app)
    # As the service does with what is there when it begins (computeapi.cmd.paste): for all.
    gc.collect()
    gc.freeze()
    answers.write(json.dumps({"ready": True}) + "\n")
    answers.flush()
    serve(app, sys.stdin, answers)
    # Some variants leave threads behind that would keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
