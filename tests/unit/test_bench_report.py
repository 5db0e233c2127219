import copy
import json
import re
from html.parser import HTMLParser

import pytest

from bench import again, report
from bench.report_criteria import criteria, times
from bench.report_data import Ratio, Results, Setting, in_process, middle, ratio, served
from bench.report_tables import speed, targets
from bench.report_verdict import verdict

KEYSTONE = {"database": "postgresql", "auth": "keystone", "measure": "rps", "connections": 16}
ALONE = {"database": "sqlite", "auth": "none", "measure": "cpu_us", "connections": None}

MACHINE = {"cpu": "a cpu", "cores": 2, "memory_mb": 1024, "kernel": "6", "load": 1}
META = {"date": "2026-01-02", "mode": "full", "versions": {"falcon": "4.4"}, "machine": MACHINE,
        "python": "3.12.1", "duration_s": 600}  # fmt: skip


def _rounds(*values: float) -> list[list[float]]:
    """Return rounds of one turn each."""
    return [[value] for value in values]


def _sample(variant: str, scenario: str, values: list[float], where: dict) -> dict:
    return {"variant": variant, "scenario": scenario, "values": _rounds(*values), **where}


def _dependencies(front_end: str, count: int) -> dict:
    packages = [
        {"name": f"{front_end}{n}", "version": "1.0", "mb": 2.0, "compiled": n, "licence": "MIT",
         "released": f"20{10 + n}-01-02"} for n in range(count)
    ]  # fmt: skip
    return {"front_end": front_end, "scope": "framework", "packages": packages, "count": count,
            "mb": 2.0 * count, "compiled": 1}  # fmt: skip


def _run(front_end: str, **told: object) -> dict:
    return {"python": "3.12.1", "front_end": front_end, "problem": None, "passed": 5, "failed": 0,
            "errors": 0, "skipped": 0, "warnings": [], "strict_import": None, **told}  # fmt: skip


@pytest.fixture
def told() -> dict:
    """Results in which Falcon takes half of what Pecan/WSME takes."""
    samples = []
    for scenario in ("show", "detail20"):
        samples += [
            _sample("floor", scenario, [50, 60, 70], ALONE),
            _sample("falcon", scenario, [100, 120, 140], ALONE),
            _sample("pecan", scenario, [200, 240, 280], ALONE),
            _sample("pecan-patched", scenario, [150, 180, 210], ALONE),
            _sample("falcon", scenario, [900.0, 800, 1000], KEYSTONE),
            _sample("pecan", scenario, [450, 400, 500], KEYSTONE),
            _sample("nova", scenario, [10, 10, 10], KEYSTONE),
        ]
    warning = {"package": "webob", "category": "DeprecationWarning", "message": "old", "count": 3}
    return {
        "meta": META,
        "samples": samples,
        "memory": [{"variant": "falcon", "rss_mb": [70, 71, 72]}],
        "startup": [{"variant": "falcon", "seconds": [0.5, 0.6, 0.7]}],
        "scale": [
            {"variant": "falcon", "database": "sqlite", "rows": rows, "page": "deep",
             "values": _rounds(*us)}
            for rows, us in ((1000, [100, 100, 100]), (1000000, [110, 132, 158.4]))
        ],
        "boot": [_sample("falcon", "boot", [1000, 1100], ALONE)],
        "breakdown": [{"variant": "falcon", "scenario": "show", "part": p, "us": us}
                      for p, us in (("auth", 30), ("database", 70))],
        "notes": ["The moon was full."],
        "dependencies": {"sets": [_dependencies("falcon", 1), _dependencies("pecan", 3)],
                         "core": None, "method": "Installed."},
        "pythons": {"runs": [_run("falcon", warnings=[warning]),
                             _run("pecan", warnings=[warning])], "absent": ["3.14"],
                    "method": "Run."},
    }  # fmt: skip


class _Closed(HTMLParser):
    """Tells whether every element that has to be is closed, and collects texts and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.loads: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in ("meta", "br", "link", "img"):
            self.open.append(tag)
        if tag in ("link", "script", "img", "iframe"):
            self.loads.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _markdown(told: dict) -> str:
    return report.markdown(Results(told), "comparison.html", "comparison.json")


def _page(told: dict) -> str:
    return report.page(Results(told), "comparison.json")


def test_ratio_is_taken_within_each_round():
    found = ratio(_rounds(10, 40, 120), _rounds(10, 20, 30))

    assert (found.low, found.median, found.high) == pytest.approx((1, 2, 4))
    assert found.rounds == 3


def test_ratio_is_taken_turn_by_turn():
    # In the last turn of the first round the machine was four times as slow: the medians of both
    # sides, 40 and 10, would not tell.
    found = ratio([[40, 10, 80], [30]], [[10, 10, 40], [10]])

    assert (found.low, found.high) == pytest.approx((2, 3))
    assert found.rounds == 2


def test_ratio_leaves_turns_out_that_a_side_took_no_part_in():
    found = ratio([[10, None, 90], [None]], [[5, 1, 10], [1]])

    assert (found.low, found.high, found.rounds) == (pytest.approx(18**0.5),) * 2 + (1,)


def test_ratio_of_fewer_turns_is_that_of_medians():
    assert ratio([[100]], [[10, None, 20, 90]]).median == pytest.approx(5)


def test_ratio_leaves_rounds_out_that_lack_a_side():
    found = ratio([[10], [], [0], [40]], _rounds(5, 5, 5, 5))

    assert (found.median, found.rounds) == (pytest.approx(4), 2)


def test_middle_is_the_median_of_the_means_of_two():
    # Logarithms 0, 1 and 5 (to base 2): means 0, 0.5, 1, 2.5, 3, 5.
    assert middle([1, 2, 32]) == pytest.approx(2**1.75)


def test_middle_is_not_moved_by_what_is_far_out():
    assert middle([2, 2, 2, 2, 2, 2, 1000]) == pytest.approx(2)


@pytest.mark.parametrize("sides", [([], [[1]]), ([[1]], []), ([[0]], [[0]]), ([[]], [[2]])])
def test_ratio_of_nothing_is_none(sides):
    assert ratio(*sides) is None


def test_inverse_swaps_the_extremes():
    found = Ratio(4, 2, 8, 3).inverse

    assert (found.median, found.low, found.high) == (0.25, 0.125, 0.5)


def test_less_time_and_more_requests_are_both_faster(told):
    results = Results(told)

    times_pecan = results.faster("falcon", "pecan", "show", in_process())
    times_nova = results.faster("falcon", "nova", "show", served())
    assert times_pecan.median == pytest.approx(2)
    # The two in the middle of 80, 90, 100 and their means are 90 and that of 80 and 100.
    assert times_nova.median == pytest.approx((90 * 8000**0.5) ** 0.5)
    assert (times_nova.low, times_nova.high) == pytest.approx((80, 100))


def test_first_setting_with_both_variants_counts(told):
    settings = [Setting("postgresql", "none"), *in_process()]

    assert Results(told).faster("falcon", "pecan", "show", settings).setting == Setting()


def test_growth_is_the_most_rows_over_the_fewest(told):
    found = Results(told).growth("falcon", "sqlite", "deep")

    assert (found.low, found.median, found.high) == pytest.approx((1.1, 1.32, 1.584))
    assert Results(told).growth("falcon", "sqlite", "first") is None


def test_targets_say_what_was_missed(told):
    rows = {row[0]: row for row in targets(Results(told)).rows}

    assert rows["Falcon, times as fast as Nova: show a server"][1:5] == [
        "≥ 30", times(90), f"{times(80)} to {times(100)}", "met",
    ]  # fmt: skip
    assert rows["Falcon, times the cost of the floor: 20 in detail"][4] == "met"
    assert rows["Falcon: deep page among 1,000,000 servers, against 1,000"][4] == "missed"


def test_nothing_is_asked_of_the_floor(told):
    for entry in told["scale"]:
        entry["variant"] = "floor"

    rows = {row[0]: row for row in targets(Results(told)).rows}

    assert rows["Floor: deep page among 1,000,000 servers, against 1,000"][1:5] == [
        "", times(1.32), f"{times(1.1)} to {times(1.584)}", "",
    ]  # fmt: skip


def test_nova_has_one_database_whichever_the_others_have(told):
    where = {"database": "sqlite", "auth": "keystone", "measure": "cpu_us", "connections": None}
    told["samples"] += [
        _sample("falcon", "show", [90, 100, 110], where),
        _sample("pecan", "show", [190, 200, 210], where),
        _sample("nova", "show", [9000, 10000, 11000], {**where, "database": "postgresql"}),
    ]

    rows = [row for row in targets(Results(told)).rows if row[-1].endswith("Nova on PostgreSQL")]

    assert [(row[0], row[2]) for row in rows] == [
        ("Falcon, times as fast as Nova: show a server", times(100)),
        ("Pecan/WSME, times as fast as Nova: show a server", times(50)),
    ]


def test_no_ratio_is_told_where_it_does_not_hold(told):
    def last_column(measure: str, connections: int | None, scenario: str = "show") -> str:
        where = {"database": "sqlite", "auth": "none", "measure": measure,
                 "connections": connections}  # fmt: skip
        samples = [_sample(name, scenario, [1.0, 2.0], where) for name in ("falcon", "pecan")]
        [table] = speed(Results({**told, "samples": samples, "boot": []}))
        assert len(table.rows[0]) == len(table.columns)
        return table.columns[-1]

    ratio_column = "Falcon against Pecan/WSME"
    assert last_column("cpu_us", None) == last_column("rps", 1) == ratio_column
    assert last_column("rps", 16) == ratio_column
    assert last_column("rps", 64) == last_column("p99_ms", 1) == "Pecan/WSME"
    assert last_column("rps", 1, "boot") == ratio_column
    assert last_column("rps", 16, "boot") == "Pecan/WSME"


def test_two_runs_are_compared_ratio_by_ratio(told, tmp_path, capsys):
    slower = copy.deepcopy(told)
    for sample in slower["samples"]:
        if sample["variant"] == "pecan" and sample["scenario"] == "show":
            sample["values"] = [[1.2 * value for value in turns] for turns in sample["values"]]
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path, results in zip(paths, (told, slower), strict=True):
        path.write_text(json.dumps(results))

    assert again.main([str(paths[0])] * 2) == 0
    assert again.main([*map(str, paths)]) == 1
    said = capsys.readouterr().out
    assert "20.0%" in said
    assert "Pecan/WSME, times the cost of Falcon: show a server" in said
    assert again.main([*map(str, paths), "--within", "0.25"]) == 0


def test_what_both_at_once_takes_is_told_where_it_was_measured(told):
    assert "A process with both takes" not in _markdown(told)
    told["memory"] += [
        {"variant": v, "rss_mb": [mb]} for v, mb in (("pecan", 80), ("migrating", 90))
    ]

    assert "A process with both takes 90 MB, with Falcon alone 71 MB" in _markdown(told)


def test_the_floor_is_compared_in_process_only(told):
    for sample in told["samples"]:
        sample.update({"measure": "rps", "connections": 16})

    rows = [row[0] for row in targets(Results(told)).rows]

    assert not [row for row in rows if "floor" in row]


def test_the_faster_one_leads_whichever_it_is(told):
    assert {c.title: c.lead for c in criteria(Results(told))}["Performance"] == "falcon"

    swapped = json.loads(
        json.dumps(told).replace("falcon", "x").replace("pecan", "falcon").replace("x", "pecan")
    )
    judged = verdict(Results(swapped))

    assert judged.criteria[0].lead == "pecan"
    assert judged.headline.startswith("Take Pecan/WSME for a new service")
    assert "Keep Falcon where it is" in [title for title, _ in judged.who]


def test_a_failing_python_loses_to_one_that_passes(told):
    told["pythons"]["runs"][0]["failed"] = 1

    assert criteria(Results(told))[2].lead == "pecan"


def test_webob_counts_against_pecan_only(told):
    falcon, pecan = criteria(Results(told))[2].falcon, criteria(Results(told))[2].pecan

    assert "0 deprecations" in falcon
    assert "1 deprecation of its own" in pecan


def test_what_cannot_be_installed_is_told(told):
    told["pythons"]["runs"][1] = {"python": "3.12.1", "front_end": "pecan", "problem": "no wheel"}

    markdown = _markdown(told)

    assert "| cannot run | no wheel |" in markdown


def test_figures_come_from_the_results(told):
    before = _markdown(told)
    doubled = copy.deepcopy(told)
    for sample in doubled["samples"]:
        if sample["variant"] == "pecan":
            sample["values"] = [[2 * value for value in turns] for turns in sample["values"]]
    after = _markdown(doubled)

    assert f"- **{times(2)}** the CPU time of Falcon is what Pecan/WSME takes" in before
    assert f"- **{times(4)}** the CPU time of Falcon is what Pecan/WSME takes" in after


def test_page_is_whole_and_needs_nothing_else(told):
    page = _page(told)
    parsed = _Closed(page)

    assert parsed.open == []
    assert parsed.loads == []
    assert not re.search(r'(src|href)="(?!#)', page.replace("xlink:href", ""))
    assert "The moon was full." in parsed.texts


def test_charts_name_what_they_show(told):
    page = _page(told)
    titles = re.findall(r"<figcaption><b>(.*?)</b>", page)

    assert titles == [
        "CPU time a request", "Against the floor and Nova", "Where every microsecond goes",
        "Throughput", "A thousand servers, and a million", "Memory and start-up", "Dependencies",
    ]  # fmt: skip
    assert page.count("<svg") == len(titles)


def test_missing_parts_are_told_and_not_drawn(told):
    for part in ("scale", "breakdown", "dependencies", "pythons", "memory", "startup", "boot"):
        told.pop(part)
    told["meta"] = {**META, "mode": "quick"}
    told["samples"] = [s for s in told["samples"] if s["auth"] == "none"]

    markdown, page = _markdown(told), _page(told)

    told_missing = next(line for line in markdown.splitlines() if "Not in this run" in line)
    for name in ("memory", "start-up", "PostgreSQL", "Keystone", "Nova", "dependencies", "booting"):
        assert name in told_missing
    assert re.findall(r"<figcaption><b>(.*?)</b>", page) == [
        "CPU time a request", "Against the floor",
    ]  # fmt: skip
    assert "not measured in this run" in page


def test_nothing_measured_is_no_error():
    nothing = {"meta": META, "samples": []}
    markdown, page = _markdown(nothing), _page(nothing)

    assert "No verdict: none of the four criteria was measured" in markdown
    assert "<svg" not in page


def test_both_forms_are_written_and_the_same_again(told, tmp_path):
    source = tmp_path / "comparison.json"
    source.write_text(json.dumps(told))
    texts = [[path.read_text() for path in report.render(source)] for _ in range(2)]

    assert texts[0] == texts[1]
    assert "[comparison.html](comparison.html)" in texts[0][0]
