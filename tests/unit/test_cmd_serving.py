"""The parts of the API's servers that need no socket."""

import os
import signal

import pytest

from computeapi.cmd.serving import chunks, framing, limits, processes, refusals
from computeapi.cmd.serving.bodiless import Bodiless
from computeapi.cmd.serving.limits import Limits, Phase, Watch
from computeapi.filters.size_limit import Refused

WELL_FORMED = b'3\r\nabc\r\nA;x;y="z"\r\n0123456789\r\n0\r\nname: value\r\n\r\n'


def header(*lines):
    return framing.read_header(b"POST / HTTP/1.1", [line.encode("latin-1") for line in lines])


@pytest.mark.parametrize("step", range(1, len(WELL_FORMED) + 1))
def test_chunks_may_arrive_in_any_pieces(step):
    body, rest = chunks.ChunkedBody(13), WELL_FORMED + b"GET /next"
    while rest and not body.is_whole:
        rest = rest[body.feed(rest[:step]) :]
    assert (bytes(body.content), rest) == (b"abc0123456789", b"GET /next")


def test_chunks_are_refused_as_soon_as_they_are_too_many():
    body = chunks.ChunkedBody(12)
    with pytest.raises(Refused) as refused:
        body.feed(WELL_FORMED[:30])
    assert refused.value.code == 413


@pytest.mark.parametrize("start", [b"5" * 9000, b"1;" + b"a" * 9000, b"0\r\n" + b"a: b\r\n" * 101])
def test_lines_of_chunks_without_end_are_refused(start):
    with pytest.raises(Refused):
        chunks.ChunkedBody(10).feed(start)


@pytest.mark.parametrize(
    ("line", "replaced"),
    [
        (b"X-Auth-Token: x\x7f", b"X-Auth-Token: x\xff"),
        (b"X: \x01\t \x1f", b"X: \xff\t \xff"),
        (b"X: a:\xe9", b"X: a:\xe9"),
        (b"X: \x00", b"X: \x00"),
        (b"X\x7f: y", b"X\x7f: y"),
        (b"CONTENT-length: \x0b5", b"CONTENT-length: \x0b5"),
        (b"Transfer-Encoding:\x7fchunked", b"Transfer-Encoding:\x7fchunked"),
        (b"no colon\x7f", b"no colon\x7f"),
    ],
)
def test_controls_are_replaced_in_values_that_do_not_frame(line, replaced):
    assert framing.replace_controls(line) == replaced


def test_a_header_says_where_the_body_ends():
    assert header() == framing.Framing()
    assert header("Content-Length: 5", "X: y") == framing.Framing(length=5)
    assert header("content-length:5") == framing.Framing(length=5)
    assert header("TRANSFER-ENCODING: \t Chunked ") == framing.Framing(is_chunked=True)


def test_a_refusal_is_one_answer_with_an_id():
    head, _, body = refusals.message(Refused(400, "why")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"X-Compute-Request-Id: req-" in head
    assert b"Content-Length: %d" % len(body) in head
    assert refusals.message(Refused(400, "why"), has_body=False).endswith(b"\r\n\r\n")


def test_limits_come_from_the_options_of_the_server():
    told = {"header_timeout": "0.5", "threads": "3"}
    found = Limits.from_options({"max_request_body_size": "7", "front_end": "falcon"}, told)
    assert (found.header_timeout, found.threads, found.max_request_body_size) == (0.5, 3, 7)
    assert Limits.from_options({}, {}) == Limits()


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "inf", "nan", "1.5"])
def test_limits_are_positive_numbers(value):
    with pytest.raises(ValueError, match="max_connections must be a positive number"):
        Limits.from_options({}, {"max_connections": value})


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(limits, "monotonic", clock)
    return clock


@pytest.mark.parametrize(
    ("phase", "seconds"),
    [(Phase.HEADER, 1), (Phase.BODY, 2), (Phase.ANSWER, 5), (Phase.IDLE, 4)],
)
def test_each_phase_has_its_time(phase, seconds, clock):
    watch = Watch(Limits(10, 1, 2, 4, 5))
    watch.enter(phase)
    assert not watch.is_late(clock.now + seconds)
    assert watch.is_late(clock.now + seconds + 0.01)


def test_a_request_has_its_time_in_all_phases_together(clock):
    watch = Watch(Limits(10, 3, 3, 100, 5))
    watch.enter(Phase.HEADER)
    clock.now += 2
    watch.enter(Phase.BODY)
    clock.now += 2
    watch.enter(Phase.ANSWER)
    assert not watch.is_late(clock.now + 1)
    assert watch.is_late(clock.now + 1.01)
    watch.enter(Phase.IDLE)
    assert not watch.is_late(clock.now + 99)


class Body(list):
    is_closed = False

    def close(self):
        self.is_closed = True


@pytest.mark.parametrize(
    ("method", "status", "is_empty", "has_length"),
    [
        ("GET", "200 OK", False, True),
        ("HEAD", "200 OK", True, True),
        ("HEAD", "401 Unauthorized", True, True),
        ("DELETE", "204 No Content", True, False),
        ("HEAD", "204 No Content", True, False),
        ("GET", "304 Not Modified", True, False),
        ("GET", "101 Switching Protocols", True, False),
    ],
)
def test_an_answer_without_a_body(method, status, is_empty, has_length):
    started, body = [], Body([b"four"])

    def app(environ, start_response):
        start_response(status, [("content-LENGTH", "4"), ("X", "y")])
        return body

    answer = Bodiless(app)({"REQUEST_METHOD": method}, lambda *start: started.extend(start))
    assert b"".join(answer) == (b"" if is_empty else b"four")
    assert (("content-LENGTH", "4") in started[1]) is has_length
    assert ("X", "y") in started[1]
    assert body.is_closed is is_empty


def test_the_pause_before_a_restart_grows_while_processes_die_at_once(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(processes, "monotonic", lambda: now[0])
    running = processes.Processes(2, lambda: None, lambda: None)
    ended = os.waitid_result((42, 0, signal.SIGCHLD, 1, os.CLD_EXITED))
    pauses = []
    for lived in (60, 1, 1, 1, 1, 1, 1, 60):
        running._plan_restart(ended, lived)
        pauses.append(running._start_at - now[0])
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 1]
