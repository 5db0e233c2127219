"""The floor does the same work as the front ends: the same documents of the same rows."""

import json
import shutil
from itertools import cycle

import pytest

from bench import floor, rows, scenarios, seed, site, variants
from bench.target import Call, WrongAnswerError, timed

SERVERS = 30
WHERE = scenarios.Where(
    site.plain_token(rows.PROJECT),
    site.plain_token(site.BOOTING_PROJECT),
    server_ids=[rows.server_id(index) for index in range(5)],
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    return seed.sqlite_file(folder, SERVERS, lambda text: None)


@pytest.fixture(scope="module")
def apps(filled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sites")
    site.write_image(folder)
    shutil.copy(filled, folder / "servers.sqlite")
    url = f"sqlite:///{folder}/servers.sqlite"
    loaded = {"floor": floor.create(url)}
    for variant in ("falcon", "pecan", "pecan-manual"):
        spec = site.write(site.Site(variant, "sqlite", "none", url), folder).as_dict()
        loaded[variant] = variants.load(spec)
    return loaded


READS = ["version", "show", "list20", "detail20", "detail100", *scenarios.NEWEST]


@pytest.mark.parametrize("scenario", READS)
def test_the_documents_are_the_same(scenario, apps):
    request = scenarios.READS[scenario](WHERE)[0].as_dict()
    found = {
        name: json.loads(Call(request).make(app))
        for name, app in apps.items()
        if scenarios.has(name, scenario)
    }
    assert [name for name, document in found.items() if document != found["falcon"]] == []
    assert len(found) >= (2 if scenario in scenarios.NEWEST else 3)


@pytest.mark.parametrize("scenario", ["401", "404", "400", "409"])
def test_every_variant_refuses(scenario, apps):
    for app in (apps[name] for name in ("floor", "falcon", "pecan")):
        for request in scenarios.READS[scenario](WHERE):
            body = json.loads(Call(request.as_dict()).make(app))
            assert next(iter(body.values()))["code"] == int(scenario)


def test_pages_far_behind_are_the_same(apps):
    request = WHERE.request("/v2.1/servers/detail", query=f"limit=3&marker={rows.server_id(10)}")
    found = [json.loads(Call(request.as_dict()).make(app)) for app in apps.values()]
    assert [one["id"] for one in found[0]["servers"]] == [rows.server_id(i) for i in (9, 8, 7)]
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.parametrize("variant", ["falcon", "pecan"])
def test_a_server_is_booted_and_deleted(variant, apps, filled):
    app = apps[variant]
    created = json.loads(Call(scenarios.boot(WHERE).as_dict()).make(app))["server"]
    assert set(created) == {"id", "links", "OS-DCF:diskConfig", "security_groups", "adminPass"}
    headers = WHERE.headers(WHERE.booting_token)
    show = Call(scenarios.Request(f"/v2.1/servers/{created['id']}", headers=headers).as_dict())
    assert json.loads(show.make(apps["falcon"]))["server"]["status"] == "BUILD"
    Call(scenarios.delete(WHERE, created["id"]).as_dict()).make(app)


def test_a_wrong_answer_fails_the_run(apps):
    request = {**WHERE.request("/v2.1/servers").as_dict(), "status": 204}
    with pytest.raises(WrongAnswerError, match="200 OK instead of 204"):
        timed(apps["floor"], [Call(request)], 0.0, 1)


def test_calls_are_repeated_in_turn_for_as_long_as_asked():
    seen = []

    def app(environ, start_response):
        seen.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [b""]

    calls = [Call(scenarios.Request(path).as_dict()) for path in ("/a", "/b")]
    figures = timed(app, cycle(calls), seconds=0.0, least=5)
    assert seen == ["/a", "/b", "/a", "/b", "/a"]
    assert figures["count"] == 5
    assert 0 < figures["cpu_us"] < 1e6
