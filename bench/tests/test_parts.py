"""The comparison's own parts: what it plans, counts, keeps and sends."""

import contextlib
import json
import socket
import threading
import time

import pytest

from bench import (
    breakdown,
    compare,
    lab,
    load,
    over_http,
    plan,
    rows,
    scale,
    scenarios,
    site,
    spans,
)
from bench.results import Results


def test_only_narrows_each_dimension_that_is_named():
    only = plan.restricted(plan.FULL, ["show", "falcon", "sqlite", "http"])
    assert only.scenarios == ("show",)
    assert only.variants == ("falcon",)
    assert only.parts == ("http",)
    assert only.pairs == (("sqlite", "none"), ("sqlite", "keystone"))
    assert plan.restricted(plan.QUICK, ["show"]).pairs == plan.MAIN_PAIRS


def test_an_unknown_word_is_refused():
    with pytest.raises(ValueError, match="Unknown: falcno"):
        plan.restricted(plan.QUICK, ["falcno", "show"])


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        ([], "doc"),
        (["--quick"], "build/comparison-quick"),
        (["--only", "show"], "build/comparison-quick"),
        (["--quick", "--folder", "doc"], "doc"),
    ],
)
def test_only_a_whole_full_run_replaces_the_committed_report(words, folder):
    args = compare.arguments().parse_args(words)
    assert compare.folder(args) == compare.ROOT / folder


def test_what_can_be_named_is_unambiguous():
    words = [*plan.PARTS, *plan.VARIANTS, *plan.DATABASES, *plan.AUTHS, *scenarios.ALL]
    assert len(words) == len(set(words))


def test_the_full_mode_measures_the_brief_scenarios_everywhere():
    for name in ("show", "detail20"):
        assert over_http.connections(False, True, name) == (1, 16, 64)
        assert over_http.connections(False, False, name) == (16,)
    assert over_http.connections(False, False, "list20") == ()
    assert over_http.connections(False, True, "404") == (16,)


@pytest.mark.parametrize("is_quick", [False, True])
def test_the_newest_microversion_is_measured_where_there_is_nova(is_quick):
    for name in scenarios.NEWEST:
        assert over_http.connections(is_quick, True, name) == (1, 16)
        assert over_http.connections(is_quick, False, name) == ()


def test_front_ends_take_every_turn_and_the_others_each_order_as_often():
    assert all(plan.takes_part(name, turn, 16) for name in ("falcon", "pecan") for turn in range(8))
    assert all(plan.takes_part("nova", turn, 1) for turn in range(8))
    taken = [turn for turn in range(8) if plan.takes_part("nova", turn, 16)]
    orders = [lab.alternating(("falcon", "nova"), turn) for turn in taken]
    assert orders.count(("falcon", "nova")) == orders.count(("nova", "falcon")) == 2


def test_parts_and_the_whole_are_each_of_the_turn_in_which_they_took_least():
    fast_whole = {"policy": 40.0, "database": 60.0, "remainder": -30.0}
    fast_parts = {"policy": 20.0, "database": 40.0, "remainder": 50.0}
    assert breakdown.least([fast_whole, fast_parts]) == {
        "policy": 20.0, "database": 40.0, "remainder": 10.0,
    }  # fmt: skip


def test_a_turn_without_the_variant_keeps_its_place():
    results = Results()
    results.sample({"variant": "nova"}, [{"rps": 1.0}, None, {"rps": 2.0}], connections=1)
    assert [s["values"] for s in results.document({})["samples"]] == [[[1.0, None, 2.0]]]


def test_values_of_rounds_and_turns_come_together(tmp_path):
    results = Results()
    what = {"variant": "floor", "database": "sqlite", "auth": "none", "scenario": "show"}
    for value in (1.0, 2.0):
        turns = [{"rps": value + turn, "p50_ms": 3.0, "busy": 0.5} for turn in (0, 10)]
        results.sample(what, turns, connections=16)
    results.note("once")
    results.note("once")
    results.write(tmp_path / "out.json", {"mode": "quick"})
    found = json.loads((tmp_path / "out.json").read_text())
    rps, p50 = found["samples"]
    assert rps == {
        **what,
        "measure": "rps",
        "connections": 16,
        "values": [[1.0, 11.0], [2.0, 12.0]],
    }
    assert (p50["measure"], p50["values"]) == ("p50_ms", [[3.0, 3.0], [3.0, 3.0]])
    assert found["notes"] == ["once"]
    assert found["memory"] == found["scale"] == []


def test_every_other_turn_is_in_the_opposite_order():
    assert [lab.alternating("abc", turn) for turn in range(3)] == ["abc", "cba", "abc"]


def test_the_ids_of_servers_are_uuids_and_differ():
    ids = {rows.server_id(index) for index in range(1000)}
    assert len(ids) == 1000
    assert all(len(key) == 36 and key[14] == "4" and key[19] == "8" for key in ids)


def test_paste_keeps_the_shipped_filters():
    shipped = (
        "[app:api]\nuse = egg:computeapi#%(front_end)s\n"
        "[filter:a]\nuse = egg:computeapi#auth_token\n"
    )
    assert "use = egg:computeapi#pecan" in site.paste(shipped, "pecan", "keystone")
    assert "egg:computeapi#auth_token" in site.paste(shipped, "pecan", "keystone")
    assert "egg:computeapi#noauth" in site.paste(shipped, "pecan", "none")
    with pytest.raises(ValueError, match="not one front_end"):
        site.paste("[DEFAULT]\n", "pecan", "none")


def test_a_span_has_its_own_time_without_that_of_others():
    clock = spans.Clock()
    inner = clock.timed("inner", lambda: time.sleep(0.02))

    def work():
        time.sleep(0.01)
        inner()
        inner()

    began = time.perf_counter_ns()
    clock.timed("outer", work)()
    took = time.perf_counter_ns() - began
    assert clock.spent["outer"] >= 10e6
    assert clock.spent["inner"] >= 40e6
    assert clock.spent["outer"] + clock.spent["inner"] <= took
    assert (clock.calls["inner"], clock.made["outer"]) == (2, 2)


def test_every_border_of_a_part_exists():
    clock = spans.Clock()
    for variant, borders in spans.BORDERS.items():
        for border in borders:
            assert callable(_found(border)), (variant, border)
    assert clock.spent == {}


def _found(border):
    module, _, path = border.partition(":")
    found = __import__(module, fromlist=["_"])
    *parents, name = path.split(".")
    for parent in parents:
        found = getattr(found, parent)
    # Not that of another class: it would not be timed there.
    return getattr(found, name) if name in vars(found) else None


@pytest.fixture
def server():
    """A server that answers each request by its path, in pieces; return its port and the paths."""
    paths = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(connection):
        # The generator leaves in the middle when an answer is wrong.
        with contextlib.suppress(ConnectionError), connection:
            while request := connection.recv(65536):
                path = request.split(b" ")[1].decode()
                paths.append(path)
                status = b"404 Not Found" if path == "/absent" else b"200 OK"
                head = b"HTTP/1.1 " + status + b"\r\nContent-Length: 100000\r\n\r\n"
                connection.sendall(head[:20])
                connection.sendall(head[20:] + b"x" * 50000)
                connection.sendall(b"x" * 50000)

    def accept():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listening.getsockname()[1], paths
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def question(port, requests, **more):
    spec = [request.as_dict() for request in requests]
    return {"port": port, "requests": spec, "connections": 3, "seconds": 0.0, "least": 30,
            "once": False, **more}  # fmt: skip


def test_the_generator_counts_whole_answers(server):
    port, paths = server
    requests = [scenarios.Request("/present", query="limit=1"), scenarios.Request("/absent", 404)]
    figures = load.sample(question(port, requests))
    assert 30 <= figures["count"] <= len(paths)
    assert set(paths) == {"/present?limit=1", "/absent"}
    assert figures["p50_ms"] <= figures["p99_ms"]
    assert figures["rps"] > 0


def test_requests_for_one_time_are_sent_one_time(server):
    port, paths = server
    requests = [scenarios.Request(f"/{number}") for number in range(7)]
    figures = load.sample(question(port, requests, once=True, least=7))
    assert figures["count"] == 7
    assert sorted(paths) == [f"/{number}" for number in range(7)]


def test_a_wrong_status_ends_the_sample(server):
    port, _ = server
    with pytest.raises(load.WrongAnswerError, match="404 Not Found"):
        load.sample(question(port, [scenarios.Request("/absent")]))


def test_a_percentile_is_one_of_the_values():
    ordered = [float(value) for value in range(1, 101)]
    assert load.percentile(ordered, 0.5) == 51.0
    assert load.percentile(ordered, 0.99) == 100.0
    assert load.percentile([7.0], 0.99) == 7.0


def test_dropped_samples_are_forgotten_and_no_others():
    results = Results()
    what = {"variant": "nova", "database": "postgresql", "auth": "keystone", "scenario": "show"}
    for number in (16, 64):
        results.sample(what, [{"rps": 20.0, "p50_ms": 7.0}], connections=number)
    results.drop(what, 64)
    samples = results.document({})["samples"]
    assert {(s["measure"], s["connections"]) for s in samples} == {("rps", 16), ("p50_ms", 16)}


def test_deep_pages_lie_nine_tenths_down_the_list():
    found = scale.pages(1_000)
    first, deep = found["first page"], found["deep page"]
    assert [request.query for request in first] == ["limit=20"]
    assert deep[0].query == f"limit=20&marker={rows.server_id(100)}"
    assert len({request.query for request in deep}) == len(deep)


@pytest.mark.parametrize(
    ("variant", "scenario", "has"),
    [("pecan-manual", "show", True), ("pecan-manual", "list20", False), ("floor", "boot", False),
     ("nova", "delete", False), ("falcon", "delete", True), ("floor", "409", True),
     ("pecan-threads", "show", True), ("pecan-threads", "boot", False),
     ("floor", "show-newest", False), ("nova", "detail20-newest", True)],
)  # fmt: skip
def test_each_variant_is_measured_with_what_it_has(variant, scenario, has):
    assert scenarios.has(variant, scenario) is has
