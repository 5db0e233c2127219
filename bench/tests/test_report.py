"""Figures and the page that is made of them."""

import copy
import re
from html.parser import HTMLParser

import pytest

from bench import figures, report
from bench.figures import Figures, Setting, middle, ratio

KEYSTONE = {"database": "postgresql", "auth": "keystone", "measure": "rps", "connections": 16}
ALONE = {"database": "sqlite", "auth": "none", "measure": "cpu_us", "connections": None}
MACHINE = {"cpu": "a cpu", "cores": 2, "memory_mb": 1024, "kernel": "6"}
META = {"date": "2026-01-02", "mode": "full", "versions": {"falcon": "4.4"}, "machine": MACHINE,
        "python": "3.12.1"}  # fmt: skip


def _rounds(*values):
    """Return rounds of one turn each."""
    return [[value] for value in values]


def _sample(variant, scenario, values, where):
    return {"variant": variant, "scenario": scenario, "values": _rounds(*values), **where}


def _needs(front_end, scope, count, mb):
    package = {"name": f"{front_end}-needs", "version": "1", "mb": mb, "compiled": False,
               "licence": "MIT", "released": "2012-04-01"}  # fmt: skip
    return {"front_end": front_end, "scope": scope, "packages": [package], "count": count, "mb": mb}


@pytest.fixture
def raw():
    """Raw results in which Falcon takes half of what ours on Pecan/WSME takes."""
    samples = []
    for scenario in ("show", "detail20"):
        samples += [
            _sample("floor", scenario, [50, 60, 70], ALONE),
            _sample("falcon", scenario, [100, 120, 140], ALONE),
            _sample("pecan", scenario, [200, 240, 280], ALONE),
            _sample("pecan-manual", scenario, [600, 720, 840], ALONE),
            _sample("falcon", scenario, [900, 800, 1000], KEYSTONE),
            _sample("pecan", scenario, [450, 400, 500], KEYSTONE),
            _sample("nova", scenario, [10, 10, 10], KEYSTONE),
        ]
    run = {"python": "3.12.1", "problem": None, "passed": 5, "failed": 0, "errors": 0,
           "strict_import": None}  # fmt: skip
    default = {"matters": "safety", "says": "It is so."}
    return {
        "meta": META,
        "samples": samples,
        "boot": [_sample("falcon", "boot", [17, 18], {**ALONE, "measure": "p50_ms",
                                                      "connections": 1})],
        "memory": [{"variant": "falcon", "rss_mb": [70, 71, 72]}],
        "startup": [{"variant": "falcon", "seconds": [0.5, 0.6, 0.7]}],
        "scale": [{"variant": "falcon", "database": "sqlite", "rows": rows, "page": "deep page",
                   "values": _rounds(*us)}
                  for rows, us in ((1000, [100, 100, 100]), (1000000, [110, 132, 158.4]))],
        "breakdown": [{"variant": "falcon", "scenario": "show", "part": part, "us": us}
                      for part, us in (("auth", 30), ("database", 70))],
        "notes": ["The moon was full."],
        "dependencies": {"sets": [
            _needs("falcon", "extra", 2, 4.7), _needs("falcon", "beyond_core", 2, 4.7),
            _needs("pecan", "extra", 11, 20), _needs("pecan", "beyond_core", 6, 2.4),
        ]},
        "pythons": {"runs": [{**run, "front_end": name} for name in ("falcon", "pecan")]},
        "ease": {"lines": {"falcon": {"views": 10}, "pecan": {"types": 20}},
                 "defaults": {"falcon": [default], "pecan": [default, default]}},
    }  # fmt: skip


class _Closed(HTMLParser):
    """Collects elements that stay open, texts, ids, links, and elements that load something."""

    def __init__(self, page):
        super().__init__()
        self.open, self.texts, self.ids, self.links, self.loads = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag in ("link", "script", "img", "iframe"):
            self.loads.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def _text(raw):
    return " ".join(" ".join(_Closed(report.page(Figures(figures.of(raw)))).texts).split())


def test_ratio_is_taken_turn_by_turn():
    # In the last turn of the first round the machine was four times as slow: the medians of both
    # sides, 40 and 10, would not tell.
    found = ratio([[40, 10, 80], [30]], [[10, 10, 40], [10]])

    assert (found.low, found.high) == pytest.approx((2, 3))


def test_ratio_leaves_turns_out_that_a_side_took_no_part_in():
    found = ratio([[10, None, 90], [None]], [[5, 1, 10], [1]])

    assert (found.low, found.high) == (pytest.approx(18**0.5),) * 2


def test_ratio_of_fewer_turns_is_that_of_medians():
    assert ratio([[100]], [[10, None, 20, 90]]).median == pytest.approx(5)


def test_ratio_leaves_rounds_out_that_lack_a_side():
    assert ratio([[10], [], [0], [40]], _rounds(5, 5, 5, 5)).median == pytest.approx(4)


def test_middle_is_the_median_of_the_means_of_two():
    # Logarithms 0, 1 and 5 (to base 2): means 0, 0.5, 1, 2.5, 3, 5.
    assert middle([1, 2, 32]) == pytest.approx(2**1.75)
    assert middle([2, 2, 2, 2, 2, 2, 1000]) == pytest.approx(2)


@pytest.mark.parametrize("sides", [([], [[1]]), ([[1]], []), ([[0]], [[0]]), ([[]], [[2]])])
def test_ratio_of_nothing_is_none(sides):
    assert ratio(*sides) is None


def test_less_time_and_more_requests_are_both_faster(raw):
    found = Figures(figures.of(raw))

    assert found.times("falcon", "pecan", "show").median == pytest.approx(2)
    served = found.times("falcon", "nova", "show", Setting("postgresql", "keystone", "rps", 16))
    # The two in the middle of 80, 90, 100 and their means are 90 and that of 80 and 100.
    assert served.median == pytest.approx((90 * 8000**0.5) ** 0.5, rel=1e-3)
    assert (served.low, served.high) == pytest.approx((80, 100))


def test_figures_are_medians_of_all_turns(raw):
    found = Figures(figures.of(raw))

    assert found.value("falcon", "show") == 120
    assert found.part("memory") == {"falcon": 71}
    [deep] = found.part("scale")
    assert deep["us"] == {"1000": 100, "1000000": 132}
    assert deep["growth"] == [1.32, 1.1, 1.584]


@pytest.mark.parametrize(
    ("measure", "connections", "scenario", "holds"),
    [("cpu_us", None, "show", True), ("rps", 1, "show", True), ("rps", 16, "show", True),
     ("rps", 64, "show", False), ("p99_ms", 1, "show", False), ("rps", 1, "boot", True),
     ("rps", 16, "boot", False)],
)  # fmt: skip
def test_there_is_no_ratio_where_none_holds(raw, measure, connections, scenario, holds):
    where = {"database": "sqlite", "auth": "none", "measure": measure, "connections": connections}
    samples = [_sample(name, scenario, [1.0, 2.0], where) for name in ("falcon", "pecan")]
    found = Figures(figures.of({**raw, "samples": samples}))

    assert (found.times("falcon", "pecan", scenario, Setting(**where)) is not None) == holds


def test_figures_are_the_same_when_they_are_read_again(raw, tmp_path):
    found = Figures(figures.of(raw))
    written = report.write(found, tmp_path)

    again = Figures.load(written[0])
    assert report.page(again) == written[1].read_text()
    assert again.settings() == found.settings()


def test_the_page_is_whole_and_needs_nothing_else(raw):
    page = _Closed(report.page(Figures(figures.of(raw))))

    assert page.open == page.loads == []
    assert all(link[0] == "#" and link[1:] in page.ids for link in page.links)
    # A table of contents leads to every section.
    assert {f"#{name}" for name in page.ids if name != "verdict"} <= set(page.links)
    assert "The moon was full." in page.texts


def test_the_figures_of_the_verdict_come_from_the_results(raw):
    slower = copy.deepcopy(raw)
    for sample in slower["samples"]:
        if sample["variant"] == "pecan":
            sample["values"] = [[1.5 * value for value in turns] for turns in sample["values"]]

    assert "2.0× the CPU time of Falcon is what our Pecan/WSME" in _text(raw)
    assert "3.0× the CPU time of Falcon is what our Pecan/WSME" in _text(slower)


def test_ours_and_by_the_manual_are_told_apart(raw):
    assert "6.0× the CPU time of Falcon is what Pecan/WSME takes" in _text(raw)
    raw["samples"] = [s for s in raw["samples"] if s["variant"] != "pecan-manual"]

    assert "next run the CPU time of Falcon is what Pecan/WSME takes" in _text(raw)


def test_a_verdict_that_the_figures_contradict_is_not_shown_as_true(raw):
    assert "contradict" not in _text(raw)
    for sample in raw["samples"]:
        name = sample["variant"]
        sample["variant"] = {"falcon": "pecan", "pecan": "falcon"}.get(name, name)

    assert "contradict the verdict" in _text(raw)
    assert "Falcon needs less CPU time to show a server." in _text(raw)


def test_dependencies_are_counted_alone_and_beside_the_core(raw):
    text = _text(raw)

    assert "alone 2 packages, 4.7 MB; beside the core, which has keystonemiddleware" in text
    assert "6 more packages, 2.4 MB" in text


def test_missing_parts_are_named(raw):
    for part in ("scale", "breakdown", "dependencies", "pythons", "memory", "startup", "boot",
                 "ease"):  # fmt: skip
        raw.pop(part)
    raw["samples"] = [s for s in raw["samples"] if s["auth"] == "none"]
    text = _text(raw)

    missing = re.search(r"Not in this run: (.*?)\.", text)[1]
    for name in ("memory", "start-up", "PostgreSQL", "Keystone", "Nova", "dependencies"):
        assert name in missing
    assert "not measured" in text


def test_a_run_without_any_figure_has_a_page():
    page = report.page(Figures(figures.of({"meta": META, "samples": []})))

    assert _Closed(page).open == []


def test_two_runs_are_compared_ratio_by_ratio(raw, tmp_path, capsys):
    slower = copy.deepcopy(raw)
    for sample in slower["samples"]:
        if sample["variant"] == "pecan" and sample["scenario"] == "show":
            sample["values"] = [[1.2 * value for value in turns] for turns in sample["values"]]
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path, results in zip(paths, (raw, slower), strict=True):
        Figures(figures.of(results)).write(path)

    assert report.main([str(paths[0]), "--against", str(paths[0])]) == 0
    assert report.main([str(paths[0]), "--against", str(paths[1])]) == 1
    assert "20.0%" in (said := capsys.readouterr().out)
    assert "falcon pecan: show, sqlite none cpu_us -" in said
    assert report.main([str(paths[0]), "--against", str(paths[1]), "--within", "0.25"]) == 0
