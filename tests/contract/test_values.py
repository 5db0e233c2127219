"""Each field of each body with each odd value: both front ends take and refuse the same."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from computeapi.api.versions import MAX

IMAGE = "11111111-1111-4111-8111-111111111111"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a@b"
ADMIN = {"x-auth-token": "root:ops:admin,member,reader", "openstack-api-version": f"compute {MAX}"}

#: JSON texts.
VALUES = (
    "null", "true", "false", "0", "1", "2", "-1", "-0", "1.0", "1.5", "-0.0", "1e2", "1e22",
    "1e308", "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775808",
    "18446744073709551616", "9" * 255, "9" * 256, "[]", "{}", "[null]", "[[]]", "[1]", '["a"]',
    '[{}]', '{"a": "b"}', '{"a": 1}', '{"": "b"}', '{"a\\n": "b"}', '{"a": null}',
    '""', '" "', '"a"', '" a"', '"a "', '"a\\n"', '"a b"', '"a/b"', '"\\u00e4"', '"\\u00a0a"',
    '"\\u2028"', '"\\ud83d\\ude00"', '"\\uffff"', '"0"', '"1"', '"01"', '"-1"', '"-0"', '"+1"',
    '"1.0"', '"1 "', '"1_0"', '"\\u0661"', '"2147483648"', '"on"', '"True"', '"tRUE"', '"AUTO"',
    '"HARD"', '"soft"', '"ssh"', '"image"', '"local"', '"192.0.2.1"', '"192.0.2.01"', '"::1"',
    '"2001:DB8::0001"', '"::ffff:192.0.2.1"', '"fe80::1%1"', f'"{IMAGE}"', f'"{IMAGE.upper()}"',
    f'"{IMAGE.replace("-", "")}"', f'"{{{IMAGE}}}"', f'"urn:uuid:{IMAGE}"', f'"{IMAGE}\\n"',
    '"1111_111-1111-4111-8111-111111111111"', '"aGVsbG8="', '"/24"', '"nova"', '"nova:host1"',
    json.dumps("x" * 255), json.dumps("x" * 256), json.dumps("9" * 255), json.dumps("9" * 256),
    json.dumps("0" * 255 + "1"), json.dumps("é" * 255),
)  # fmt: skip
SERVER = {"name": "s", "imageRef": IMAGE, "flavorRef": "42"}
DEVICE = {"source_type": "image", "destination_type": "local", "boot_index": 0, "uuid": IMAGE}
#: Method and URL -> a body in which a "?" stands for the value, and fields for its key.
BODIES: dict[tuple[str, str], tuple[Any, tuple[str, ...]]] = {
    ("POST", "/v2.1/servers"): (
        {"server": {**SERVER, "@": "?"}},
        ("name", "imageRef", "flavorRef", "adminPass", "metadata", "networks", "personality",
         "availability_zone", "block_device_mapping", "block_device_mapping_v2", "config_drive",
         "key_name", "min_count", "max_count", "return_reservation_id", "security_groups",
         "user_data", "OS-DCF:diskConfig", "accessIPv4", "accessIPv6", "unknown"),
    ),
    ("POST", "/v2.1/servers?devices"): (
        {"server": {**SERVER, "block_device_mapping_v2": [{**DEVICE, "@": "?"}]}},
        ("boot_index", "uuid", "source_type", "destination_type", "volume_size", "device_name",
         "delete_on_termination", "no_device", "volume_id", "guest_format", "connection_info",
         "image_id", "virtual_name", "unknown"),
    ),
    ("POST", "/v2.1/servers?networks"): (
        {"server": {**SERVER, "networks": [{"@": "?"}]}}, ("uuid", "port", "fixed_ip", "unknown"),
    ),
    ("POST", "/v2.1/servers?parts"): (
        {"server": {**SERVER, "personality": [{"path": "p", "contents": "", "@": "?"}],
                    "security_groups": [{"name": "default"}], "metadata": {"k": "v"}}},
        ("path", "contents", "unknown"),
    ),
    ("POST", "/v2.1/servers?hints"): (
        {"server": SERVER, "os:scheduler_hints": {"@": "?"}},
        ("group", "different_host", "same_host", "query", "target_cell", "different_cell",
         "build_near_host_ip", "cidr", "unknown"),
    ),
    ("PUT", "/v2.1/servers/{id}"): (
        {"server": {"@": "?"}},
        ("name", "accessIPv4", "accessIPv6", "OS-DCF:diskConfig", "unknown"),
    ),
    ("POST", "/v2.1/servers/{id}/action"): (
        {"@": "?"}, ("os-start", "os-stop", "reboot", "os-getConsoleOutput", "unknown"),
    ),
    ("POST", "/v2.1/servers/{id}/action?console"): (
        {"os-getConsoleOutput": {"@": "?"}}, ("length", "unknown"),
    ),
    ("POST", "/v2.1/servers/{id}/action?reboot"): ({"reboot": {"@": "?"}}, ("type",)),
    ("POST", "/v2.1/servers/{id}/remote-consoles"): (
        {"remote_console": {"protocol": "vnc", "type": "novnc", "@": "?"}},
        ("protocol", "type", "unknown"),
    ),
    ("POST", "/v2.1/flavors"): (
        {"flavor": {"name": "f", "ram": 1, "vcpus": 1, "disk": 0, "@": "?"}},
        ("name", "id", "ram", "vcpus", "disk", "swap", "rxtx_factor", "OS-FLV-EXT-DATA:ephemeral",
         "os-flavor-access:is_public", "unknown"),
    ),
    ("POST", "/v2.1/os-keypairs"): (
        {"keypair": {"name": "k", "public_key": KEY, "@": "?"}},
        ("name", "public_key", "type", "user_id", "unknown"),
    ),
}  # fmt: skip


def requests() -> Iterator[tuple[str, str, bytes]]:
    """Yield a method, a URL and a body for each field and value, and for each value as a body."""
    for (method, url), (body, fields) in BODIES.items():
        text = json.dumps(body)
        for value in VALUES:
            yield method, url, value.encode()
            for field in fields:
                filled = text.replace('"?"', value).replace('"@"', json.dumps(field))
                # The last of two members with one name counts, so that this one does.
                yield method, url, filled.encode()


def prepare(cloud: Any) -> str:
    """Empty a cloud, and return the id of a server that runs there."""
    cloud.reset()
    server_id: str = cloud.boot().json()["server"]["id"]
    cloud.work()
    return server_id


@pytest.mark.usefixtures("unwatched")
def test_front_ends_take_and_refuse_the_same(new_cloud: Callable[..., Any]) -> None:
    clouds = {name: new_cloud(name) for name in ("falcon", "pecan")}

    def ask(method: str, url: str, body: bytes) -> list[int]:
        return [
            cloud.request(method, url.format(id=ids[name]), body, ADMIN).status
            for name, cloud in clouds.items()
        ]

    ids = {name: prepare(cloud) for name, cloud in clouds.items()}
    differences = []
    for request in requests():
        statuses = ask(*request)
        if 403 in statuses:  # a quota is used up
            ids = {name: prepare(cloud) for name, cloud in clouds.items()}
            statuses = ask(*request)
        if statuses[0] != statuses[1] or 500 in statuses:
            differences.append((*request, *statuses))
    assert differences == []
