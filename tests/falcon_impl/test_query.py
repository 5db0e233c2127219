"""Query parameters reach the contract's reader as they came."""

import pytest

from computeapi.domain.paging import Page


def next_link(response):
    [link] = response.json["flavors_links"]
    return link["href"]


@pytest.mark.parametrize("query", ["name=a,b", "name=a%2Cb"])
def test_commas_are_part_of_a_value(client, services, query):
    services.servers.answer = Page([], more=False)
    assert client.simulate_get("/v2.1/servers", query_string=query).status_code == 200
    [(_, (_, filters, *_))] = services.servers.calls
    assert filters.matches == {"name": "a,b"}


def test_all_of_several_values_count(client, services):
    services.servers.answer = Page([], more=False)
    query = "sort_key=display_name&sort_dir=asc&sort_key=uuid&sort_dir=desc"
    client.simulate_get("/v2.1/servers", query_string=query)
    [page] = [one for _, given in services.servers.calls for one in given if hasattr(one, "sort")]
    assert list(page.sort) == [("name", "asc"), ("id", "desc"), ("created_at", "asc")]


def test_a_blank_value_is_a_value(client, services):
    services.servers.answer = Page([], more=False)
    client.simulate_get("/v2.1/servers", query_string="all_tenants")
    client.simulate_get("/v2.1/servers")
    assert [call[1][3] for call in services.servers.calls] == [True, False]


def test_the_next_link_keeps_the_query_in_its_order(client):
    query = "sort_key=name&sort_dir=asc&sort_key=vcpus&limit=1&marker=0&x=a%2Cb&y="
    response = client.simulate_get("/v2.1/flavors/detail", query_string=query)
    assert next_link(response).partition("?")[2] == (
        "sort_key=name&sort_dir=asc&sort_key=vcpus&limit=1&x=a%2Cb&y=&marker=1"
    )


def test_a_blank_page_has_no_next_link(client, services):
    services.flavors.answer = Page([], more=True)
    assert client.simulate_get("/v2.1/flavors?limit=0").json == {"flavors": []}


def test_a_user_id_counts_from_the_version_that_brought_it(client, services):
    services.keypairs.answer = []
    for version in ("2.9", "2.10"):
        client.simulate_get(
            "/v2.1/os-keypairs",
            query_string="user_id=a&user_id=b",
            headers={"OpenStack-API-Version": f"compute {version}"},
        )
    assert [call[1][1] for call in services.keypairs.calls] == [None, "a"]


def test_a_query_that_is_no_utf_8_is_refused(client):
    response = client.simulate_get("/v2.1/flavors", query_string="name=%ff")
    assert response.status_code == 400
    assert response.json["badRequest"]["message"] == "Invalid input: the query is not UTF-8."
