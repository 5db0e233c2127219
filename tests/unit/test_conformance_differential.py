"""How the differential run compares two answers, and the requests that it sends."""

import pytest

from conformance.differential import proof
from conformance.differential.shapes import differences, keys


def test_the_keys_of_a_document_are_paths():
    body = {"servers": [{"id": 1}, {"name": "a", "metadata": {"mine": "x"}}]}
    paths = {"servers", "servers[].id", "servers[].name", "servers[].metadata"}
    assert set(keys(body)) == paths


def test_keys_that_are_data_are_not_compared_but_what_is_below():
    def zone(host, **service):
        return (200, {"zones": [{"hosts": {host: {"nova-compute": service}}}]})

    assert list(differences(zone("a", active=True), zone("b", active=False))) == []
    assert list(differences(zone("a", active=True), zone("b", up=True))) == [
        "only here: zones[].hosts.*.*.active",
        "only in Nova: zones[].hosts.*.*.up",
    ]


def test_the_status_comes_first():
    assert list(differences((404, {"a": 1}), (200, {"b": 1}))) == [
        "the status is 404, that of Nova 200"
    ]


def test_a_difference_is_explained_by_both_of_its_patterns():
    known = proof.Explanation("GET /a", "only here", "because")
    assert known.explains("falcon GET /a as admin", "only here: b at 2.1")
    assert not known.explains("falcon GET /b as admin", "only here: b at 2.1")
    assert not known.explains("falcon GET /a as admin", "the status is 404")


def test_differences_need_reasons_and_reasons_differences():
    known = [proof.Explanation("GET /a", "here", "b"), proof.Explanation("GET /c", "", "d")]
    found = [("GET /a", "only here"), ("GET /b", "only here")]
    assert proof.report(found, known) == (1, 1)
    assert proof.report(found[:1], known[:1]) == (0, 0)


class Scripted:
    """Stands for a side: it answers every request alike."""

    def __init__(self, status, body):
        self.answer = (status, body)
        self.names = {}
        self.asked = []

    def request(self, method, path, body, headers):
        self.asked.append((method, path, headers["openstack-api-version"]))
        return self.answer

    def settle(self):
        self.asked.append("settle")


def test_a_value_is_kept_and_put_in_place_of_its_name():
    side = Scripted(202, {"server": {"id": "7"}})
    made = proof.Request("POST /servers", "member", {}, ("2.1",), {"server": "server.id"})
    shown = proof.Request("GET /servers/{server}", "member", None, ("2.1",), {})
    proof.send(side, made, "2.1")
    proof.send(side, shown, "2.104")
    assert side.asked == [
        ("POST", "/v2.1/servers", "compute 2.1"),
        "settle",
        ("GET", "/v2.1/servers/7", "compute 2.104"),
    ]


def test_every_difference_is_counted_for_each_front_end(monkeypatch):
    entry = proof.Request("GET /servers", "admin", None, ("2.1", "2.2"), {})
    monkeypatch.setattr(proof, "requests", lambda: [entry])
    monkeypatch.setattr(proof, "routes", list)
    ours = {"falcon": Scripted(200, {}), "pecan": Scripted(200, {"a": 1})}
    sent, found = proof.compare(ours, Scripted(200, {}))
    assert sent == 4
    assert list(found) == [
        ("pecan GET /servers as admin", "only here: a at 2.1"),
        ("pecan GET /servers as admin", "only here: a at 2.2"),
    ]


def test_reads_are_sent_at_every_boundary():
    entries = {entry.send: entry for entry in proof.requests()}
    assert {"2.1", "2.53", "2.104"} <= set(entries["GET /servers/detail"].versions)
    assert len(entries) > 100
    assert all(entry.caller in proof.CALLERS for entry in entries.values())


def test_every_route_is_asked_on_both_sides_of_its_ends():
    sent = {(entry.send, str(entry.body)): entry.versions for entry in proof.routes()}
    assert sent["GET /os-networks", "None"] == ("2.1", "2.35", "2.36", "2.104")
    assert sent["PUT /flavors/missing", "{}"] == ("2.1", "2.54", "2.55", "2.104")
    assert sent["POST /servers/missing/action", "{'os-stop': None}"] == ("2.1", "2.104")
    assert sent["GET /os-fping", "None"] == ("2.1", "2.104")


@pytest.mark.parametrize("part", ["request", "difference", "because"])
def test_every_explanation_is_whole(part):
    assert all(getattr(entry, part) for entry in proof.explanations())


def test_lists_of_items_that_callers_name_have_one_order():
    def of(noun, *names):
        return (200, {noun: [{"name": name} for name in names]})

    servers = [of("servers", "a", "b"), of("servers", "b", "a")]
    assert list(differences(*servers)) == ["lists ['a', 'b'], and Nova ['b', 'a']"]
    assert list(differences(of("flavors", "a"), of("flavors", "b"))) == []
    keypairs = [(200, {"keypairs": [{"keypair": {"name": name}}]}) for name in "ab"]
    assert list(differences(*keypairs)) == ["lists ['a'], and Nova ['b']"]


def test_each_parameter_of_a_list_is_sent_with_each_value_without_one_and_twice():
    sent = {entry.send for entry in proof.requests()}
    for query in (
        "",
        "?locked=true",
        "?locked=",
        "?locked=true&locked=true",
        "?locked=true&locked=x",
    ):
        assert f"GET /servers{query}" in sent
    assert "GET /servers?name=%28" in sent
    assert "GET /servers?node={node}" in sent
