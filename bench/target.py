"""The process in which a variant is called, without any HTTP: ``python -m bench.target SPEC``.

Nova's virtualenv runs it, too: what is imported here needs the standard library only.
"""

import gc
import os
import sys
import time
from collections.abc import Iterable
from io import BytesIO
from itertools import cycle
from statistics import median
from typing import Any
from urllib.parse import quote

from testing.programs import Answers, specification

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

    :param spec: see :meth:`bench.scenarios.Request.as_dict`.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self._body = spec["body"].encode()
        self._environ = {
            **_BASE,
            "REQUEST_METHOD": spec["method"],
            "PATH_INFO": spec["path"],
            "RAW_URI": quote(spec["path"]),
            "QUERY_STRING": spec["query"],
            "CONTENT_LENGTH": str(len(self._body)),
        }
        for name, value in spec["headers"].items():
            key = name.upper().replace("-", "_")
            self._environ["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value

    def make(self, app: Any) -> bytes:
        """Make the call and return the body of the answer.

        :raises WrongAnswerError: when the status is not the one expected.
        """
        statuses: list[str] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            statuses.append(status)

        answer = app({**self._environ, "wsgi.input": BytesIO(self._body)}, start_response)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if statuses[-1][:3] != str(self._spec["status"]):
            said = f"{self._spec['method']} {self._spec['path']}: {statuses[-1]}"
            raise WrongAnswerError(f"{said} instead of {self._spec['status']}: {body[:300]!r}")
        return body


def timed(app: Any, calls: Iterable[Call], seconds: float, least: int) -> dict[str, Any]:
    """Make calls until they end, or for so many seconds of CPU time and at least so many of them.

    :return: per call: ``cpu_us`` of this process, and the median ``wall_us``.
    """
    walls = []
    began = time.process_time()
    for call in calls:
        before = time.perf_counter()
        call.make(app)
        walls.append(time.perf_counter() - before)
        if len(walls) >= least and time.process_time() - began >= seconds:
            break
    cpu = time.process_time() - began
    wall_us = median(walls) * 1e6
    return {"count": len(walls), "cpu_us": cpu / len(walls) * 1e6, "wall_us": wall_us}


def _do(app: Any, question: dict[str, Any]) -> Any:
    calls = [Call(spec) for spec in question["requests"]]
    if question["do"] == "repeat":
        return timed(app, cycle(calls), question["seconds"], question["least"])
    if question["do"] == "once":
        return timed(app, calls, 0.0, len(calls))
    if question["do"] == "break down":
        from bench import spans  # noqa: PLC0415 - only here it is needed

        return spans.measure(app, calls, question["count"])
    return [call.make(app).decode() for call in calls]


def main() -> None:
    """Load the variant, answer the first request, and then the questions."""
    spec = specification()
    answers = Answers()
    if spec.get("spans"):
        from bench import spans  # noqa: PLC0415

        spans.install(spec["variant"])
    from bench import variants  # noqa: PLC0415

    app = variants.load(spec)
    if spec.get("first"):
        Call(spec["first"]).make(app)
    # As the service does with what is there when it begins (computeapi.cmd.paste): for all.
    gc.collect()
    gc.freeze()
    answers.send({"ready": True})
    answers.serve(lambda question: _do(app, question))
    # Some variants leave threads behind that would keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
