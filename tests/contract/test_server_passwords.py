"""The password that a guest has posted is shown to its owner until it is cleared."""

OWNER = {"x-auth-token": "alice:p1:member,reader"}


def test_a_password_is_shown_until_it_is_cleared(cloud):
    created = cloud.request("POST", "/v2.1/servers", cloud.new, OWNER)
    server_id = created.json()["server"]["id"]
    cloud.work()
    with cloud.db.write() as tx:
        tx.server_passwords.set(server_id, "c2VjcmV0")
    url = f"/v2.1/servers/{server_id}/os-server-password"
    assert cloud.request("GET", url, None, OWNER).json() == {"password": "c2VjcmV0"}
    assert cloud.request("DELETE", url, None, OWNER).status == 204
    assert cloud.request("GET", url, None, OWNER).json() == {"password": ""}
