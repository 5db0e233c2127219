"""Administrator passwords, where the operator keeps them out of answers."""

import pytest

IMAGE = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize("front_end", ["falcon", "pecan"])
@pytest.mark.parametrize("is_shown", [True, False])
def test_answers_show_passwords_unless_told_otherwise(new_cloud, front_end, is_shown):
    cloud = new_cloud(front_end, api=f"enable_instance_password = {is_shown}")
    created = cloud.boot().json()["server"]
    cloud.work()
    url, body = f"/v2.1/servers/{created['id']}/action", {"rebuild": {"imageRef": IMAGE}}
    rebuilt = cloud.request("POST", url, body).json()["server"]
    cloud.work()
    rescued = cloud.request("POST", url, {"rescue": None}).json()
    assert ["adminPass" in document for document in (created, rebuilt, rescued)] == [is_shown] * 3
