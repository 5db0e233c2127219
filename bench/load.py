"""The load generator: ``python -m bench.load``, a process that sends requests over connections.

A closed loop: each connection sends its next request when it has its answer. It reads no more
of HTTP than it needs, so that it takes a small part of what a server takes; it says how busy
it was.
"""

import select
import socket
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from testing.programs import Answers

_RECEIVE = 1 << 18
#: Seconds to wait for the answers that are still due when the time is over.
_DRAIN = 60.0


class WrongAnswerError(Exception):
    """An answer differs from the scenario's."""


class Connection:
    """A keep-alive connection with at most one request under way."""

    __slots__ = ("_expected", "_head", "_left", "sent_at", "sock")

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=_DRAIN)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._head = b""
        self._left = -1
        self._expected = b""

    def send(self, request: tuple[bytes, bytes]) -> None:
        """Send a request: the status that its answer must have, and its bytes."""
        self._expected, text = request
        self._head, self._left = b"", -1
        self.sent_at = time.perf_counter()
        self.sock.sendall(text)

    def receive(self) -> bool:
        """Read the available bytes, and return whether the answer is complete.

        :raises WrongAnswerError: when it is not the one expected.
        """
        data = self.sock.recv(_RECEIVE)
        if not data:
            raise WrongAnswerError(f"the server closed the connection after {self._head[:200]!r}")
        if self._left >= 0:
            self._left -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end >= 0:
                self._left = self._length(end) - (len(self._head) - end - 4)
        return self._left == 0

    def _length(self, end: int) -> int:
        head = self._head[:end].lower()
        status = head[9:12]
        if status != self._expected:
            raise WrongAnswerError(f"{self._head[:400]!r} instead of {self._expected!r}")
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            return int(head[at + 17 :].split(b"\r\n", 1)[0])
        if status == b"204":
            return 0
        raise WrongAnswerError(f"no Content-Length: {self._head[:400]!r}")


def wire(spec: dict[str, Any], port: int) -> tuple[bytes, bytes]:
    """Return a request's expected status and its bytes.

    :param spec: see :meth:`bench.scenarios.Request.as_dict`.
    """
    target = spec["path"] + (f"?{spec['query']}" if spec["query"] else "")
    lines = [f"{spec['method']} {target} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in spec["headers"].items()]
    body = spec["body"].encode()
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return str(spec["status"]).encode(), "\r\n".join([*lines, "", ""]).encode() + body


class Run:
    """One sample.

    :param requests: that the connections take in turn; it may end.
    """

    def __init__(
        self, connections: list[Connection], requests: Iterator[tuple[bytes, bytes]]
    ) -> None:
        self._requests = requests
        self._by_number = {c.sock.fileno(): c for c in connections}
        self._poll = select.epoll()
        self._under_way = 0
        self.latencies: list[float] = []
        for number in self._by_number:
            self._poll.register(number, select.EPOLLIN)

    def go(self, seconds: float, least: int) -> float:
        """Send requests for so long, and until so many are answered; return how long it took."""
        began = time.perf_counter()
        for connection in self._by_number.values():
            self._send(connection)
        while self._under_way:
            for connection in self._answered(_DRAIN):
                if time.perf_counter() - began < seconds or len(self.latencies) < least:
                    self._send(connection)
            if len(self.latencies) >= least and time.perf_counter() - began >= seconds:
                break
        took = time.perf_counter() - began
        counted = list(self.latencies)
        while self._under_way:
            list(self._answered(_DRAIN))
        self.latencies = counted
        self._poll.close()
        return took

    def _answered(self, timeout: float) -> Iterator[Connection]:
        ready = self._poll.poll(timeout)
        if not ready:
            raise WrongAnswerError(f"no answer in {timeout:g} s")
        for number, _ in ready:
            connection = self._by_number[number]
            if connection.receive():
                self.latencies.append(time.perf_counter() - connection.sent_at)
                self._under_way -= 1
                yield connection

    def _send(self, connection: Connection) -> None:
        request = next(self._requests, None)
        if request is not None:
            connection.send(request)
            self._under_way += 1


def percentile(ordered: list[float], part: float) -> float:
    """Return the value that so large a part of the values does not exceed (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def sample(question: dict[str, Any]) -> dict[str, Any]:
    """Send the requests of a question and return the figures.

    ``port``, ``requests``, ``connections``, ``seconds``, ``least``, and ``once``: whether each
    request is for one time.
    """
    port = question["port"]
    requests = [wire(spec, port) for spec in question["requests"]]
    connections = [Connection(port) for _ in range(question["connections"])]
    try:
        run = Run(connections, iter(requests) if question["once"] else cycle(requests))
        busy = time.process_time()
        took = run.go(question["seconds"], question["least"])
        busy = (time.process_time() - busy) / took
    finally:
        for connection in connections:
            connection.sock.close()
    ordered = sorted(run.latencies)
    return {
        "count": len(ordered),
        "seconds": took,
        "rps": len(ordered) / took,
        "p50_ms": percentile(ordered, 0.5) * 1e3,
        "p99_ms": percentile(ordered, 0.99) * 1e3,
        "busy": busy,
    }


def main() -> None:
    """Answer questions until there are no more."""
    answers = Answers()
    answers.send({"ready": True})
    answers.serve(sample)


if __name__ == "__main__":
    main()
