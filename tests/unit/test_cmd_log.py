"""Log entries: whatever a caller wrote, an entry begins at the margin and stays one entry."""

import io
import json
import logging
import re
import sys
import threading

import greenlet
import pytest

from computeapi import conf as configuration
from computeapi.cmd import log
from computeapi.domain import log_context
from computeapi.domain.log_context import LogContext

FORGED = "2026-01-01 00:00:00.000 1 INFO forged"
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \d+ [A-Z]+ ", re.MULTILINE)
#: What a terminal, an editor or Python takes for the end of a line, or obeys.
HARMFUL = [
    "\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0", "\b",
    "\x7f", "\x1b[2J", "\x9b2J", "\x1b]0;title\x07", "\u202e", "\u2066", "\ufeff", "\ud800",
]  # fmt: skip


HOOKS = [(sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")]


@pytest.fixture
def conf(request):
    """The configuration, with the options that a test gives."""
    loaded = configuration.load()
    for name, value in getattr(request, "param", {}).items():
        loaded.set_override(name, value)
    return loaded


@pytest.fixture
def entries(monkeypatch, conf):
    """Log as the commands do; return a function that gives the text that was written."""
    written = io.BytesIO()
    # As strict as a stream can be: it can write no surrogate.
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, "utf-8", write_through=True))
    root, own = logging.getLogger(), logging.getLogger("x")
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(logging, "raiseExceptions", True)
    for owner, name in HOOKS:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    log.setup(conf)
    # Past pytest's handlers: xdist cannot send a report with a surrogate on.
    monkeypatch.setattr(own, "handlers", [h for h in root.handlers if h not in handlers])
    monkeypatch.setattr(own, "propagate", False)
    yield lambda: written.getvalue().decode("utf-8", "surrogatepass")
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.parametrize("harm", HARMFUL, ids=ascii)
def test_a_caller_begins_no_entry_in_a_message(harm, entries):
    logging.getLogger("x").error("GET %s failed", f"/a{harm}{FORGED}")
    text = entries()
    assert len(ENTRY.findall(text)) == 1
    assert text.splitlines() == [text.rstrip("\n")]
    assert text.rstrip("\n").isprintable()
    assert FORGED in text


@pytest.mark.parametrize("harm", HARMFUL, ids=ascii)
def test_a_caller_begins_no_entry_in_an_exception(harm, entries):
    try:
        try:
            raise KeyError("first", f"a{harm}{FORGED}")
        except KeyError as error:
            error.add_note(f"note{harm}{FORGED}")
            raise ValueError(f"second{harm}{FORGED}") from error
    except ValueError:
        logging.getLogger("x").exception("failed", stack_info=True)
    text = entries()
    lines = text.split("\n")
    assert len(ENTRY.findall(text)) == 1
    assert all(line.isprintable() for line in lines)
    assert text.splitlines() == lines[:-1]
    assert not any(line.strip().startswith(FORGED) for line in lines)


def test_a_traceback_is_readable(entries):
    def inner():
        raise LookupError("nothing there")

    try:
        try:
            inner()
        except LookupError:
            raise RuntimeError("wrapped")  # noqa: B904
    except RuntimeError:
        logging.getLogger("x").exception("it failed")
    first, *lines = entries().rstrip("\n").split("\n")
    assert first.endswith("ERROR x [-] it failed: RuntimeError: wrapped")
    assert lines[0] == "  Traceback (most recent call last):"
    assert '      raise LookupError("nothing there")' in lines
    assert "  LookupError: nothing there" in lines
    assert "  During handling of the above exception, another exception occurred:" in lines
    assert lines[-1] == "  RuntimeError: wrapped"


def test_a_group_of_exceptions_shows_each(entries):
    try:
        raise ExceptionGroup("several", [ValueError("one\ntwo"), TypeError("three")])
    except ExceptionGroup:
        logging.getLogger("x").exception("failed")
    lines = entries().rstrip("\n").split("\n")
    assert "    ValueError: one\\ntwo" in lines
    assert "    TypeError: three" in lines


def test_what_another_formatter_made_of_an_exception_is_escaped(entries):
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), None)
    record.exc_text = f"Traceback\nValueError: \x1b[2J\n{FORGED}"
    logging.getLogger("x").handle(record)
    text = entries()
    assert len(ENTRY.findall(text)) == 1
    assert "\x1b" not in text


def test_an_uncaught_exception_is_an_entry(entries):
    def fail():
        raise ValueError(f"\n{FORGED}\x1b[2J")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ValueError:
        sys.excepthook(*sys.exc_info())
    text = entries()
    assert len(ENTRY.findall(text)) == 2
    assert "\x1b" not in text
    assert text.count("  ValueError: \\n2026-01-01") == 2


def test_an_interruption_is_no_entry(entries):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert entries() == ""


def test_printable_text_stays_as_it_is(entries):
    logging.getLogger("x").info("server %s is %s", "Grüße, 世界 \\n", "fine")
    assert "server Grüße, 世界 \\n is fine" in entries()


def test_an_entry_names_its_request_and_its_server(entries):
    logger = logging.getLogger("x")
    context = LogContext("req-1", "req-global", server_id="7ac1", user_id="u1")
    with log_context.use(context):
        logger.info("inside")
        log_context.identify("u2", "p2")
        logger.warning("identified")
    logger.info("outside")
    inside, identified, outside = entries().splitlines()
    assert inside.endswith("INFO x [req-global req-1 u1 - - - - -] [instance: 7ac1] inside")
    assert "[req-global req-1 u2 p2 - - - -] [instance: 7ac1] identified" in identified
    assert outside.endswith("INFO x [-] outside")


@pytest.mark.parametrize("harm", HARMFUL, ids=ascii)
def test_a_caller_begins_no_entry_by_an_id(harm, entries):
    text = f"{harm}{FORGED}"
    with log_context.use(LogContext("req-1", text, text, text, text)):
        logging.getLogger("x").info("said")
    assert len(ENTRY.findall(entries())) == 1
    assert entries().rstrip("\n").isprintable()


def test_green_threads_do_not_mix_their_requests():
    seen = []

    def serve(number):
        with log_context.use(LogContext(f"req-{number}")):
            greenlet.getcurrent().parent.switch()
            seen.append(log_context.current().request_id)

    requests = [greenlet.greenlet(serve) for _ in range(3)]
    for number, request in enumerate(requests):
        request.switch(number)
    for request in reversed(requests):
        request.switch()
    assert seen == ["req-2", "req-1", "req-0"]
    assert log_context.current() is None


@pytest.mark.parametrize("conf", [{"use_json": True}], indirect=True)
def test_an_entry_in_json_names_its_request(entries):
    with log_context.use(LogContext("req-1", server_id="7ac1")):
        logging.getLogger("x").error("a\n\ud800%s", FORGED)
    (line,) = entries().splitlines()
    entry = json.loads(line)
    assert entry["message"] == f"a\n\ud800{FORGED}"
    assert entry["context"]["request_id"] == "req-1"
    assert entry["context"]["resource_uuid"] == "7ac1"


COLOURED = {"log_color": True, "logging_default_format_string": "%(color)s%(message)s"}


@pytest.mark.parametrize("conf", [COLOURED], indirect=True)
def test_colours_are_those_of_the_configuration(entries):
    logging.getLogger("x").warning("\x1b[2J")
    assert entries() == "\x1b[01;33m\\x1b[2J\x1b[00m\n"


def test_a_log_file_takes_every_character(tmp_path, monkeypatch):
    for owner, name in HOOKS:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    conf = configuration.load()
    conf.set_override("log_file", str(tmp_path / "log"))
    root = logging.getLogger()
    # Without pytest's own handlers: a report of theirs with a surrogate cannot be sent on.
    handlers, level, root.handlers[:] = root.handlers[:], root.level, []
    try:
        log.setup(conf)
        assert root.handlers[0].encoding == "utf-8"
        logging.getLogger("x").warning("Grüße \ud800\n")
        root.handlers[0].close()
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(False)
    (line,) = (tmp_path / "log").read_text("utf-8").splitlines()
    assert line.endswith("Grüße \\ud800\\n")
